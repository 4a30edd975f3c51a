import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { PAGE_SIZE, projects, workflows } from '../api/lists';
import type { PixxelClient } from '../api/PixxelClient';
import { listIn } from '../api/readAnswer';
import { Failure } from '../failure';
import { chosen, entry, matches, picker } from './picker';

const request = { url: '/v0/workflows', method: 'GET' as const };

/**
 * Fills the Workflow list, a page at a time. Searching is left to the API, by `name`; only where that finds
 * nothing are the first pages looked through here, in case it takes nothing but whole names.
 *
 * @param page offset of the page, as the last one gave it
 */
export async function searchWorkflows(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await picker(this, 'There is no workflow to be seen with this key', async (pixxel) => {
		const projectId = chosen(this, 'projectId');
		const offset = Number(page ?? 0);
		const qs: IDataObject = {
			...(projectId && { project_id: projectId }),
			...(filter?.trim() && { name: filter.trim() }),
		};
		const body = await pageOf(pixxel, qs, offset);
		if (body === undefined) return { results: await inEachProject(pixxel, filter) };

		const results = listIn(body, 'workflows').map(({ name, id }) => entry(name, id));
		if (results.length === 0 && qs.name && offset === 0) {
			delete qs.name;
			const first = listIn(await pageOf(pixxel, qs, 0), 'workflows').map(({ name, id }) => entry(name, id));
			return { results: first.filter((one) => matches(one, filter)) };
		}
		const { total } = ((body as IDataObject).pagination ?? {}) as IDataObject;
		const next = offset + results.length;
		const more = results.length > 0 && (typeof total === 'number' ? next < total : results.length >= PAGE_SIZE);
		return { results, paginationToken: more ? String(next) : undefined };
	}, filter);
}

/** @returns undefined where the API wants a project first, as one page of its documentation says it does */
async function pageOf(pixxel: PixxelClient, qs: IDataObject, offset: number): Promise<unknown> {
	try {
		return await pixxel.call({ ...request, qs: { ...qs, offset, limit: PAGE_SIZE } });
	} catch (error) {
		const wantsProject = error instanceof Failure && error.httpCode === 400 && !qs.project_id;
		return await (wantsProject ? undefined : Promise.reject(error));
	}
}

async function inEachProject(pixxel: PixxelClient, filter: string | undefined) {
	const results = [];
	for await (const { id } of projects(pixxel, { url: '/v0/projects', method: 'GET' })) {
		for await (const workflow of workflows(pixxel, { ...request, qs: { project_id: id as string } }, PAGE_SIZE)) {
			const found = entry(workflow.name, workflow.id);
			if (matches(found, filter)) results.push(found);
		}
	}
	return results;
}
