import type { IDataObject } from 'n8n-workflow';
import { timeOf } from '../api/readAnswer';
import { isFailedStatus, isSucceededStatus, isInProgress } from '../api/statusWords';

/** How a job ended. `ended`: it has an end, but its status is a word that nobody has seen yet. */
export type Outcome = 'succeeded' | 'failed' | 'ended';

/** @returns undefined while the job has not ended */
export function outcomeOf({ status, finished_at: finishedAt }: IDataObject): Outcome | undefined {
	const word = typeof status === 'string' ? status.trim() : '';
	if (isInProgress(word)) return undefined;
	if (isFailedStatus(word)) return 'failed';
	if (isSucceededStatus(word)) return 'succeeded';
	return timeOf(finishedAt) === undefined ? undefined : 'ended';
}
