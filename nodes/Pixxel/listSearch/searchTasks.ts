import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { objectIn } from '../api/readAnswer';
import { tasksOf } from '../job/simplifyJob';
import { entry, firstMatches, requireSelection, fillList } from './fillList';

const NOTHING: [string, string] = ['This job has no tasks: pick another one', 'A job gets its tasks when it starts.'];

/** Fills the Task list: the tasks come with their job. */
export async function searchTasks(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	return await fillList(this, filter, NOTHING, async (pixxel) => {
		const workflowId = requireSelection(this, 'workflowId');
		const jobId = requireSelection(this, 'jobId');
		const url = `/v0/workflows/${encodeURIComponent(workflowId)}/jobs/${encodeURIComponent(jobId)}`;
		const job = objectIn(await pixxel.call({ url, method: 'GET' }), 'a job');
		return { results: await firstMatches(tasksOf(job), asEntry, filter) };
	});
}

const asEntry = ({ id, name, status }: IDataObject) => entry(id, name, status);
