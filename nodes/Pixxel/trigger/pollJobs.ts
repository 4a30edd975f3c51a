import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { PixxelClient } from '../api/PixxelClient';
import { listIn, objectIn, undocumented } from '../api/readAnswer';
import { Failure } from '../ground/failure';
import { simplifyJob } from '../job/simplifyJob';
import { endedJobs, isWanted, type Memory, newsOf, type WantedOutcome } from './endedJobs';

/** What the jobs have done that the user waits for. */
const OUTCOMES: Record<WantedOutcome, string> = { any: 'finished', succeeded: 'succeeded', failed: 'failed' };

/** The memories that a poll is working with: two at once would both emit the same jobs. */
const underWay = new WeakSet<Memory>();

/**
 * One poll of the trigger: emits each job that has ended since the last one.
 *
 * The memory changes last, when everything has been fetched: a poll that is refused or breaks leaves all to
 * the next one.
 */
export async function pollJobs(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const workflowId = workflowOf(context);
	const wanted = outcomeChosen(context);
	const pixxel = await PixxelClient.connect(context, new AbortController().signal);
	const url = `/v0/workflows/${encodeURIComponent(workflowId)}/jobs`;
	const list = async () => {
		const listed = listIn(await pixxel.call({ url, method: 'GET' }), 'jobs');
		if (listed.every(({ id }) => typeof id === 'string' && id !== '')) return listed;
		// Jobs are told apart by their IDs.
		throw undocumented(undefined, 'the ID of a job');
	};
	const withTasks = async (job: IDataObject): Promise<INodeExecutionData> => {
		const detailed = await detailsOf(pixxel, `${url}/${encodeURIComponent(String(job.id))}`, job);
		return { json: simplifyJob({ tasks: [], ...job, ...detailed, id: job.id, workflow_id: workflowId }) };
	};

	if (context.getMode() === 'manual') {
		const newest = endedJobs(await list()).filter((job) => isWanted(job, wanted)).at(-1);
		if (newest) return [[await withTasks(newest)]];
		throw new Failure(
			`No job of this workflow has ${OUTCOMES[wanted]} yet`,
			'Once the trigger is active it waits for the next one. To see data now, run the workflow in Aurora first.',
		);
	}

	const state = context.getWorkflowStaticData('node') as Memory;
	// A poll may take longer than the interval. What this one leaves, that one or the next brings.
	if (underWay.has(state)) return null;
	underWay.add(state);
	try {
		const { jobs, memory } = newsOf(state, workflowId, await list(), wanted);
		const items: INodeExecutionData[] = [];
		for (const job of jobs) items.push(await withTasks(job));
		Object.assign(state, memory);
		return items.length > 0 ? [items] : null;
	} finally {
		underWay.delete(state);
	}
}

function outcomeChosen(context: IPollFunctions): WantedOutcome {
	const value: unknown = context.getNodeParameter('outcome', 'any');
	if (typeof value === 'string' && Object.hasOwn(OUTCOMES, value)) return value as WantedOutcome;
	throw new Failure('"Outcome" is none of "any", "succeeded" and "failed"', 'Choose one of them from the list.');
}

function workflowOf(context: IPollFunctions): string {
	const value: unknown = context.getNodeParameter('workflowId', '', { extractValue: true });
	const id = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	if (id !== '' && !/^\.{1,2}$/.test(id) && id.isWellFormed()) return id;
	throw new Failure('"Workflow" is empty or not an ID', 'Pick a workflow from the list, or give its ID.');
}

/** The job with its tasks. One that is gone by now was a job all the same: it comes without tasks. */
async function detailsOf(pixxel: PixxelClient, url: string, job: IDataObject): Promise<IDataObject> {
	try {
		const { status, finished_at: finishedAt, ...details } = objectIn(
			await pixxel.call({ url, method: 'GET' }),
			'a job',
		);
		// How the job ended is what the list said: that is what it was chosen by.
		return { ...details, status: job.status ?? status, finished_at: job.finished_at ?? finishedAt };
	} catch (error) {
		const gone = error instanceof Failure && error.httpCode === 404;
		return await (gone ? { tasks: [] } : Promise.reject(error));
	}
}
