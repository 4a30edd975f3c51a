import type { IDataObject, Logger } from 'n8n-workflow';
import { withDeadline, noRetry } from '../api/retryPolicy';
import { clock } from '../retry/clock';
import { Failure } from '../errors/Failure';
import type { Findings } from './activePolls';
import type { EventSource } from './events/EventSource';
import { type Fetched, fetchEach } from './fetchEach';
import type { PollDeadlines } from './pollDeadlines';
import { type Changes, fetchOrder, isGone, stateAfterPartialPoll, type TriggerState, unknownPolls, withoutEnded } from './TriggerState';

/** Most time for all details: the next poll, which may begin a minute after this one, brings what is left. */
const MAX_DETAILS_MS = 30_000;

/** Most time for one more look, after all others were in vain. */
const MAX_CONTROL_MS = 10_000;

/** Pixxel lists it, and does not know it. */
export const isUnknown = (error: unknown) => error instanceof Failure && error.httpCode === 404;

/**
 * Fetches the details of what has newly ended. An entry whose details cannot be fetched is left to a later poll.
 *
 * @throws Failure where Pixxel gives the details of none
 */
export async function emitNewlyEnded(
	changes: Changes,
	state: TriggerState,
	source: EventSource,
	deadlines: PollDeadlines,
	logger: Logger,
): Promise<Findings> {
	const entries = new Map(changes.entries.map((entry) => [source.idOf(entry), entry]));
	const entryOf = (id: string) => entries.get(id) as IDataObject;
	const ids = fetchOrder([...entries.keys()], state);
	const deadline = Math.min(clock.now() + MAX_DETAILS_MS, deadlines.details);
	const fetched = await fetchEach(ids, async (id, policy) => await source.details(entryOf(id), policy), deadline);
	await throwIfAllRefused(fetched, changes.before, source, deadlines);

	const unknown = unknownPolls(state, fetched.refused);
	for (const id of Object.keys(unknown).filter((each) => isGone(unknown[each]))) {
		fetched.refused.delete(id);
		delete unknown[id];
		fetched.found.set(id, source.withoutDetails(entryOf(id)));
		logger.warn(`Pixxel: the details of ${source.noun} ${id} are gone: it comes without them`);
	}
	const left = ids.filter((id) => !fetched.found.has(id));
	logWhatIsLeft(left, fetched, source, logger);
	const after = { ...stateAfterPartialPoll(state, changes.state, left, fetched.refused), unknown };
	return {
		items: [...entries.keys()].flatMap((id) => fetched.found.get(id) ?? []),
		state: after,
		// n8n may give up a poll, or pass over what it has brought: that has not come before n8n itself remembers it.
		known: withoutEnded(after, [...fetched.found.keys()]),
	};
}

function logWhatIsLeft(left: string[], { refused }: Fetched<unknown>, { noun }: EventSource, logger: Logger): void {
	for (const [id, { message }] of refused) {
		logger.warn(`Pixxel: the details of ${noun} ${id} cannot be fetched: it waits for the next poll (${message})`);
	}
	const unasked = left.length - refused.size;
	if (unasked > 0) logger.info(`Pixxel: the next poll goes on with ${unasked} more ${noun}(s)`);
}

/**
 * Where nothing could be fetched, an entry that ended before tells whether Pixxel has trouble with all of them. If it
 * has not, the poll is none that went wrong: n8n would not even activate a workflow whose first poll throws.
 */
async function throwIfAllRefused({ found, refused }: Fetched<unknown>, before: IDataObject | undefined, source: EventSource, { end }: PollDeadlines): Promise<void> {
	// One that is unknown says nothing of the others.
	const failure = [...refused.values()].find((each) => !isUnknown(each));
	if (!failure || found.size > 0) return;
	const control = before && (await source.details(before, withDeadline(Math.min(clock.now() + MAX_CONTROL_MS, end), noRetry)).catch(() => undefined));
	if (!control) throw failure;
}
