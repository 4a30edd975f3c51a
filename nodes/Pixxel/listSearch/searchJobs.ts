import type { IDataObject, ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';
import { jobs } from '../api/lists/jobs';
import { timeOf } from '../api/readAnswer';
import { outcomeOf } from '../job/jobOutcome';
import { entry, firstMatches, requireSelection, fillList } from './fillList';

const NOTHING: [string, string] = [
	'This workflow has not run yet: run it in Aurora, or with "Create job"',
	'Each run of a workflow is a job.',
];

/** Fills the Job list: newest first, searched here, since the API lists all of them and has no search. */
export async function searchJobs(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	return await fillList(this, filter, NOTHING, async (pixxel) => {
		const workflowId = requireSelection(this, 'workflowId');
		const url = `/v0/workflows/${encodeURIComponent(workflowId)}/jobs`;
		return { results: await firstMatches(jobs(pixxel, { url, method: 'GET' }), asEntry, filter, monthOf) };
	});
}

/** e.g. "March" */
function monthOf({ created_at: createdAt }: IDataObject): string {
	const time = timeOf(createdAt);
	return time ? new Date(time).toLocaleString('en', { month: 'long', timeZone: 'UTC' }) : '';
}

/** e.g. "2025-03-25 06:30 UTC · running · 40%"; a job that has succeeded needs no progress beside it. */
function asEntry(job: IDataObject): INodeListSearchItems {
	const { id, created_at: createdAt, status, progress } = job;
	const time = timeOf(createdAt);
	const day = time && `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
	const share = /^\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(String(progress))?.[1];
	return entry(id, day, status, share && outcomeOf(job) !== 'succeeded' && `${share}%`);
}
