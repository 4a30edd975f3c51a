import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { isLast, PAGE_SIZE, type Pages } from '../api/lists/paging';
import { projects } from '../api/lists/projects';
import { workflows } from '../api/lists/workflows';
import type { PixxelClient } from '../api/PixxelClient';
import { listIn } from '../api/readAnswer';
import { Failure } from '../errors/Failure';
import { isExpression } from '../item/parameters/isExpression';
import { readSelected, entry, firstMatches, fillList, disambiguate } from './fillList';

const request = { url: '/v0/workflows', method: 'GET' as const };

const NOTHING: [string, string] = [
	'There is no workflow that this key may see',
	'Check that the credential is the one of the right workspace, and that the project, if one is chosen above, has workflows.',
];

/**
 * Fills the Workflow list, a page at a time. Searching is left to the API, by `name`; only where that finds
 * nothing is the list looked through here, in case it takes nothing but whole names, or an ID was pasted.
 *
 * @param page offset of the page, as the last one gave it
 */
export async function searchWorkflows(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await fillList(this, filter, NOTHING, async (pixxel) => {
		const projectId = readSelected(this, 'projectId');
		const name = filter?.trim();
		const everything: IDataObject = projectId && !isExpression(projectId) ? { project_id: projectId } : {};
		const query = { ...everything, ...(name && { name }) };
		const offset = Number(page ?? 0);

		const body = await pageOf(pixxel, query, offset);
		const search = async (qs: IDataObject, wanted?: string) => {
			const all = body === undefined ? inEachProject(pixxel, qs) : workflows(pixxel, { ...request, qs });
			return await firstMatches(all, asEntry, wanted);
		};

		const results = body === undefined ? await search(query) : disambiguate(listIn(body, 'workflows').map(asEntry));
		if (results.length === 0 && name && offset === 0) return { results: await search(everything, name) };
		if (body === undefined) return { results };
		const next = offset + results.length;
		return { results, ...(!isLast(body, results.length, PAGE_SIZE, next) && { paginationToken: String(next) }) };
	});
}

const asEntry = ({ id, name }: IDataObject) => entry(id, name);

/** @returns undefined where the API wants a project first, as one page of its documentation says it does */
async function pageOf(pixxel: PixxelClient, qs: IDataObject, offset: number): Promise<unknown> {
	try {
		return await pixxel.call({ ...request, qs: { ...qs, offset, limit: PAGE_SIZE } });
	} catch (error) {
		const wantsProject = error instanceof Failure && error.httpCode === 400 && !qs.project_id;
		return await (wantsProject ? undefined : Promise.reject(error));
	}
}

async function* inEachProject(pixxel: PixxelClient, qs: IDataObject): Pages {
	for await (const { id } of projects(pixxel, { url: '/v0/projects', method: 'GET' })) {
		yield* workflows(pixxel, { ...request, qs: { ...qs, project_id: id } });
	}
}
