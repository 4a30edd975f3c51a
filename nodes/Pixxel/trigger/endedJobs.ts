import type { IDataObject } from 'n8n-workflow';
import { timeOf } from '../api/readAnswer';
import { type Outcome, outcomeOf } from '../job/jobStatus';

/** What the trigger remembers between two polls, kept by n8n over restarts. */
export interface Memory {
	/** The workflow that this is about: another one chosen begins afresh. */
	workflowId?: string;
	/** IDs of all jobs of the workflow that are known to have ended. */
	ended?: string[];
}

export type WantedOutcome = 'any' | 'succeeded' | 'failed';

/** More IDs than this (about 1 MB) are not kept for jobs that the API no longer lists. */
const MOST_UNLISTED = 20_000;

interface News {
	/** Jobs to emit, oldest first. */
	jobs: IDataObject[];
	/** What to remember once they are. */
	memory: Memory;
}

const idOf = ({ id }: IDataObject) => String(id);

/** When a job ended, as well as its answer tells. */
function endOf(job: IDataObject): number {
	return timeOf(job.finished_at) ?? timeOf(job.updated_at) ?? timeOf(job.created_at) ?? 0;
}

/** Jobs that have ended, each once, oldest end first; jobs of the same moment stay in the order of the answer. */
export function endedJobs(listed: IDataObject[]): IDataObject[] {
	const each = [...new Map(listed.map((job) => [idOf(job), job])).values()];
	return each.filter((job) => outcomeOf(job) !== undefined).sort((a, b) => endOf(a) - endOf(b));
}

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
	const fresh = ended.filter((job) => !known.has(idOf(job)));
	// IDs stay even when the API does not list their jobs: it might just now not list everything.
	const listedNow = new Set(ended.map(idOf));
	const unlisted = [...known].filter((id) => !listedNow.has(id)).slice(-MOST_UNLISTED);
	return {
		jobs: first ? [] : fresh.filter((job) => isWanted(job, wanted)),
		memory: { workflowId, ended: [...unlisted, ...listedNow] },
	};
}
