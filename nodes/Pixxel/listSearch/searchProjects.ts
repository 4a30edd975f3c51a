import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { projects } from '../api/lists';
import { entry, matches, picker } from './picker';

/** Most entries that a list shows. Whoever has more searches. */
const MOST = 200;

/** Fills the Project list. The API has no search for projects: what it lists is searched here. */
export async function searchProjects(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	return await picker(this, 'This key may see no project', async (pixxel) => {
		const results = [];
		for await (const project of projects(pixxel, { url: '/v0/projects', method: 'GET' })) {
			const found = entry(project.title || project.name, project.id);
			if (matches(found, filter)) results.push(found);
			if (results.length >= MOST) break;
		}
		return { results };
	}, filter);
}
