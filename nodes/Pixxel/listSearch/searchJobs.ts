import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { listIn } from '../api/readAnswer';
import { timeOf } from '../job/jobStatus';
import { entry, matches, needed, picker } from './picker';

/** Fills the Job list: newest first, searched here, since the API lists all of them and has no search. */
export async function searchJobs(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const none = 'This workflow has not run yet: run it in Aurora, or with the operation Create';
	return await picker(this, none, async (pixxel) => {
		const workflowId = needed(this, 'workflowId', 'Workflow');
		const url = `/v0/workflows/${encodeURIComponent(workflowId)}/jobs`;
		const jobs = listIn(await pixxel.call({ url, method: 'GET' }), 'jobs');
		const results = jobs
			.sort((a, b) => (timeOf(b.created_at) ?? 0) - (timeOf(a.created_at) ?? 0))
			.map(({ id, created_at: createdAt, status, progress }) => {
				const day = typeof createdAt === 'string' ? createdAt.slice(0, 16).replace('T', ' ') : 'No date';
				return entry(`${day} · ${String(status)} · ${String(progress).replace(/\s*%$/, '')} %`, id);
			})
			.filter((one) => matches(one, filter));
		return { results };
	}, filter);
}
