import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { objectIn } from '../api/readAnswer';
import { tasksOf } from '../job/simplifyJob';
import { entry, matches, needed, picker } from './picker';

const NOTHING: [string, string] = ['This job has no tasks: pick another one', 'A job gets its tasks when it starts.'];

/** Fills the Task list: the tasks come with their job. */
export async function searchTasks(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	return await picker(this, filter, NOTHING, async (pixxel) => {
		const workflowId = needed(this, 'workflowId', 'Workflow');
		const jobId = needed(this, 'jobId', 'Job');
		const url = `/v0/workflows/${encodeURIComponent(workflowId)}/jobs/${encodeURIComponent(jobId)}`;
		const job = objectIn(await pixxel.call({ url, method: 'GET' }), 'a job');
		const results = tasksOf(job)
			.map(({ name, status, id }) => entry(id, name, status))
			.filter((one) => matches(one, filter));
		return { results };
	});
}
