import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { projects } from '../api/lists/projects';
import { entry, firstMatches, fillList } from './fillList';

const NOTHING: [string, string] = [
	'There is no project that this key may see',
	'Check that the credential is the one of the right workspace, and what its key may see in Aurora.',
];

/** Fills the Project list. The API has no search for projects: what it lists is searched here. */
export async function searchProjects(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	return await fillList(this, filter, NOTHING, async (pixxel) => {
		const all = projects(pixxel, { url: '/v0/projects', method: 'GET' });
		return { results: await firstMatches(all, asEntry, filter) };
	});
}

const asEntry = ({ id, title, name }: IDataObject) => entry(id, title || name);
