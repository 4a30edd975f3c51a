import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { Failure } from '../errors/Failure';
import type { EventSource } from './events/EventSource';

export type WantedOutcome = 'any' | 'succeeded' | 'failed';

/** What has happened to an entry that ended in a way that is waited for. */
export const OUTCOMES: Record<WantedOutcome, string> = { any: 'finished', succeeded: 'succeeded', failed: 'failed' };

export function chosenOutcome(context: IPollFunctions): WantedOutcome {
	const value: unknown = context.getNodeParameter('outcome', 'succeeded');
	if (typeof value === 'string' && Object.hasOwn(OUTCOMES, value)) return value as WantedOutcome;
	throw new Failure('"Outcome" is none of "any", "succeeded" and "failed"', 'Choose one from the list; an expression must give one of these words.');
}

/** Whether an entry has ended, and in the way that is waited for. */
export function isWanted({ outcomeOf }: Pick<EventSource, 'outcomeOf'>, entry: IDataObject, wanted: WantedOutcome): boolean {
	const outcome = outcomeOf(entry);
	return outcome !== undefined && (wanted === 'any' || outcome === wanted);
}
