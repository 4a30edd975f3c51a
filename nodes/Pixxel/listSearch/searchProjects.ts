import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { projects } from '../api/lists';
import { entry, matches, MOST_ENTRIES, picker } from './picker';

const NOTHING: [string, string] = [
	'There is no project that this key may see',
	'Check that the credential is the one of the right workspace, and what its key may see in Aurora.',
];

/** Fills the Project list. The API has no search for projects: what it lists is searched here. */
export async function searchProjects(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	return await picker(this, filter, NOTHING, async (pixxel) => {
		const results = [];
		for await (const { id, title, name } of projects(pixxel, { url: '/v0/projects', method: 'GET' })) {
			const found = entry(id, title || name);
			if (matches(found, filter)) results.push(found);
			if (results.length >= MOST_ENTRIES) break;
		}
		return { results };
	});
}
