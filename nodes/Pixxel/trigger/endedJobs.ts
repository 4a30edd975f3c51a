import type { IDataObject } from 'n8n-workflow';
import { timeOf } from '../api/readAnswer';
import type { Failure } from '../ground/failure';
import { type Outcome, outcomeOf } from '../job/jobStatus';

/** What the trigger remembers between two polls, kept by n8n over restarts. */
export interface Memory {
	/** The workflow that this is about: another one chosen begins afresh. */
	workflowId?: string;
	/** What was waited for. */
	outcome?: WantedOutcome;
	/** IDs of all jobs of the workflow that are known to have ended, but for those that are still to be emitted. */
	ended?: string[];
	/** Of the latter, those whose details could not be fetched: the one that was asked for longest ago comes first. */
	waiting?: string[];
	/** For how many polls in a row Pixxel has not known those of them that it lists. */
	unknown?: Record<string, number>;
}

export type WantedOutcome = 'any' | 'succeeded' | 'failed';

/** What Pixxel lists and does not know for so many polls is gone. A job that has just ended may be unknown for some seconds. */
const MOST_UNKNOWN_POLLS = 5;

/** More IDs than this (about 1 MB) are not kept for jobs that the API no longer lists. */
const MOST_UNLISTED = 20_000;

export interface News {
	/** Jobs to emit, oldest first. */
	jobs: IDataObject[];
	/** The newest of those that ended before. */
	before: IDataObject | undefined;
	/** What to remember once all of them are emitted. */
	memory: Memory;
}

/** What tells jobs apart. */
export const idOf = ({ id }: IDataObject) => String(id);

/** When a job ended, as well as its answer tells. */
function endOf(job: IDataObject): number {
	return timeOf(job.finished_at) ?? timeOf(job.updated_at) ?? timeOf(job.created_at) ?? 0;
}

/** Jobs that have ended, each once, oldest end first; jobs of the same moment stay in the order of the answer. */
export function endedJobs(listed: IDataObject[]): IDataObject[] {
	const each = [...new Map(listed.map((job) => [idOf(job), job])).values()];
	return each.filter((job) => outcomeOf(job) !== undefined).sort((a, b) => endOf(a) - endOf(b));
}

/** Whether a job has ended, and in the way that is waited for. */
export function isWanted(job: IDataObject, wanted: WantedOutcome): boolean {
	const outcome: Outcome | undefined = outcomeOf(job);
	return outcome !== undefined && (wanted === 'any' || outcome === wanted);
}

/**
 * What has ended since the last poll. Jobs are told apart by their IDs alone: their timestamps may be equal,
 * missing, or older than the last poll when they appear.
 *
 * @param listed all jobs of the workflow, as the API lists them
 */
export function newsOf(memory: Memory, workflowId: string, listed: IDataObject[], wanted: WantedOutcome): News {
	const ended = endedJobs(listed);
	const first = memory.workflowId !== workflowId || !Array.isArray(memory.ended);
	const known = new Set(first ? [] : memory.ended);
	const fresh = first ? [] : ended.filter((job) => !known.has(idOf(job)));
	// IDs stay even when the API does not list their jobs: it might just now not list everything.
	const listedNow = new Set(ended.map(idOf));
	const unlisted = [...known].filter((id) => !listedNow.has(id));
	const forgotten = unlisted.length > listedNow.size ? 0 : Math.max(0, unlisted.length - MOST_UNLISTED);
	// n8n keeps nothing of a poll that emits nothing: where another outcome is chosen, what was not waited for is new to this memory only.
	const { outcome = wanted } = memory;
	return {
		jobs: fresh.filter((job) => isWanted(job, wanted) && isWanted(job, outcome)),
		before: ended.findLast((job) => known.has(idOf(job))),
		memory: { workflowId, outcome: wanted, ended: [...unlisted.slice(forgotten), ...listedNow] },
	};
}

/**
 * The order in which to ask for jobs: new ones first, so that none is held up by those that wait already. Those
 * are asked for in turn, so that each is reached, however little time there is.
 */
export function inTurn(jobs: IDataObject[], { waiting }: Memory): string[] {
	const due = new Set(jobs.map(idOf));
	const queue = new Set((Array.isArray(waiting) ? waiting : []).filter((id) => due.has(id)));
	return [...[...due].filter((id) => !queue.has(id)), ...queue];
}

/**
 * For how many polls in a row, this one included, Pixxel has not known a job.
 *
 * @param refused why jobs could not be fetched
 */
export function unknownPolls({ unknown = {} }: Memory, refused: ReadonlyMap<string, Failure>): Record<string, number> {
	const ids = [...refused].filter(([, { httpCode }]) => httpCode === 404).map(([id]) => id);
	return Object.fromEntries(ids.map((id) => [id, (unknown[id] ?? 0) + 1]));
}

/** Whether a job that Pixxel lists is gone all the same: its details will not come any more. */
export const isGone = (polls = 0) => polls >= MOST_UNKNOWN_POLLS;

/**
 * What to remember after a poll that could not bring all of the news.
 *
 * @param left IDs of what it did not bring, in the order in which they had to be asked for
 * @param refused those of them that were asked for in vain
 */
export function memoryWithout(
	memory: Memory,
	left: string[],
	refused: Map<string, unknown>,
	{ waiting: queue }: Memory,
): Memory {
	const missing = new Set(left);
	const waited = new Set(Array.isArray(queue) ? queue : []);
	const unasked = left.filter((id) => waited.has(id) && !refused.has(id));
	return {
		...memory,
		ended: memory.ended?.filter((id) => !missing.has(id)),
		waiting: [...unasked, ...refused.keys()],
	};
}
