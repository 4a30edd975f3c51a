import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { oneTry } from '../api/patience';
import { PixxelClient } from '../api/PixxelClient';
import { Failure } from '../ground/failure';
import {
	endedJobs,
	idOf,
	inTurn,
	isGone,
	isWanted,
	type Memory,
	memoryWithout,
	type News,
	newsOf,
	unknownPolls,
	type WantedOutcome,
} from './endedJobs';
import { type Fetched, fetchEach } from './fetchEach';
import { WorkflowJobs } from './WorkflowJobs';

/** What the jobs have done that the user waits for. */
const OUTCOMES: Record<WantedOutcome, string> = { any: 'finished', succeeded: 'succeeded', failed: 'failed' };

/** Time for one more look, after all others were in vain. */
const LOOK_MS = 10_000;

/** The memories that a poll is working with: two at once would both emit the same jobs. */
const underWay = new WeakSet<Memory>();

/** What the newest poll of each trigger works with. */
const newestMemories = new Map<string, Memory>();

/**
 * One poll of the trigger: emits each job that has ended since the last one.
 *
 * @returns null where none has
 * @throws Failure where a field makes no sense, or Pixxel hands out neither the list nor the details of any job
 */
export async function pollJobs(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const workflowId = workflowOf(context);
	const wanted = outcomeChosen(context);
	const pixxel = await PixxelClient.connect(context, new AbortController().signal);
	const jobs = new WorkflowJobs(pixxel, workflowId);
	if (context.getMode() === 'manual') return [[await newest(jobs, wanted)]];

	const state = context.getWorkflowStaticData('node') as Memory;
	// A poll may take longer than the interval. What this one leaves, that one or the next brings.
	if (underWay.has(state)) return null;
	underWay.add(state);
	const trigger = `${context.getWorkflow().id ?? ''}/${context.getNode().name}`;
	newestMemories.set(trigger, state);
	try {
		const news = newsOf(state, workflowId, await jobs.list(), wanted);
		const items = await bring(news, jobs, state, context.logger);
		// Where the workflow is activated anew meanwhile, n8n reads another memory, and a poll with that brings the same. Before 2.40,
		// n8n would take this one's as well.
		const isLatest = newestMemories.get(trigger) === state;
		return isLatest && items.length > 0 ? [items] : null;
	} finally {
		underWay.delete(state);
	}
}

async function newest(jobs: WorkflowJobs, wanted: WantedOutcome): Promise<INodeExecutionData> {
	const job = endedJobs(await jobs.list()).findLast((one) => isWanted(one, wanted));
	if (job) return await jobs.withTasks(job).catch(async (error) => await (isUnknown(error) ? jobs.withoutTasks(job) : Promise.reject(error)));
	throw new Failure(
		`No job of this workflow has ${OUTCOMES[wanted]} yet`,
		'Once the trigger is active it waits for the next one. To see data now, run the workflow in Aurora first.',
	);
}

/**
 * Fetches what the news are about. A job whose details cannot be fetched is left to a later poll.
 *
 * The memory changes last: a poll that is refused or breaks leaves all to the next one.
 */
async function bring(
	news: News,
	jobs: WorkflowJobs,
	state: Memory,
	logger: IPollFunctions['logger'],
): Promise<INodeExecutionData[]> {
	const byId = new Map(news.jobs.map((job) => [idOf(job), job]));
	const ids = inTurn(news.jobs, state);
	const fetched = await fetchEach(ids, async (id, patience) => await jobs.withTasks(byId.get(id) ?? {}, patience));
	await throwIfItConcernsAll(fetched, news.before, jobs);

	const unknown = unknownPolls(state, fetched.refused);
	for (const [id, polls] of Object.entries(unknown)) {
		if (!isGone(polls)) continue;
		fetched.refused.delete(id);
		delete unknown[id];
		fetched.found.set(id, jobs.withoutTasks(byId.get(id) ?? {}));
		logger.warn(`Pixxel: the details of job ${id} are gone: it comes without its tasks`);
	}
	const left = ids.filter((id) => !fetched.found.has(id));
	for (const [id, { message }] of fetched.refused) {
		logger.warn(`Pixxel: the details of job ${id} cannot be fetched: it waits for the next poll (${message})`);
	}
	const unasked = left.length - fetched.refused.size;
	if (unasked > 0) logger.info(`Pixxel: the next poll goes on with ${unasked} more job(s)`);
	Object.assign(state, memoryWithout(news.memory, left, fetched.refused, state), { unknown });
	return news.jobs.flatMap((job) => fetched.found.get(idOf(job)) ?? []);
}

/**
 * Where nothing could be fetched, a job that ended before tells whether Pixxel has trouble with all of them. If it
 * has not, the poll is none that went wrong: n8n would not even activate a workflow whose first poll throws.
 */
async function throwIfItConcernsAll(
	{ found, refused }: Fetched<unknown>,
	before: IDataObject | undefined,
	jobs: WorkflowJobs,
): Promise<void> {
	// A job that is unknown says nothing of the others.
	const failure = [...refused.values()].find((each) => !isUnknown(each));
	if (!failure || found.size > 0) return;
	const control = before && (await jobs.withTasks(before, oneTry(LOOK_MS)).catch(() => undefined));
	if (!control) throw failure;
}

const isUnknown = (error: unknown) => error instanceof Failure && error.httpCode === 404;

function outcomeChosen(context: IPollFunctions): WantedOutcome {
	const value: unknown = context.getNodeParameter('outcome', 'any');
	if (typeof value === 'string' && Object.hasOwn(OUTCOMES, value)) return value as WantedOutcome;
	throw new Failure('"Outcome" is none of "any", "succeeded" and "failed"', 'Choose one from the list; an expression must give one of these words.');
}

function workflowOf(context: IPollFunctions): string {
	const value: unknown = context.getNodeParameter('workflowId', '', { extractValue: true });
	const id = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	if (id !== '' && !/^\.{1,2}$/.test(id) && id.isWellFormed()) return id;
	throw new Failure('"Workflow" is empty or not an ID', 'Pick a workflow from the list, or give its ID.');
}
