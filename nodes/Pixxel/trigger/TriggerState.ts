import type { IDataObject } from 'n8n-workflow';
import type { Failure } from '../errors/Failure';
import type { EventSource } from './events/EventSource';
import { isWanted, type WantedOutcome } from './outcomes';

/** What the trigger remembers between two polls, kept by n8n over restarts. */
export interface TriggerState {
	/** The scope of the event source that this is about, for jobs the workflow: another one chosen begins afresh. */
	workflowId?: string;
	/** What was waited for. */
	outcome?: WantedOutcome;
	/** IDs of all entries that are known to have ended, but for those that are still to be emitted. */
	ended?: string[];
	/** Of the latter, those whose details could not be fetched: the one that was asked for longest ago comes first. */
	waiting?: string[];
	/** For how many polls in a row Pixxel has not known those of them that it lists. */
	unknown?: Record<string, number>;
}

/** What Pixxel lists and does not know for so many polls is gone. What has just ended may be unknown for some seconds. */
const MAX_UNKNOWN_POLLS = 5;

/** More IDs than this (about 1 MB) are not kept for entries that the API no longer lists. */
const MAX_UNLISTED = 20_000;

type Ended = Pick<EventSource, 'idOf' | 'outcomeOf' | 'endOf'>;

export interface Changes {
	/** What to emit, oldest first. */
	entries: IDataObject[];
	/** The newest of those that ended before. */
	before: IDataObject | undefined;
	/** What to remember once all of them are emitted. */
	state: TriggerState;
}

/** Somebody may have spoiled what n8n has kept. */
const isAbout = (state: TriggerState, scope: string) => state.workflowId === scope && Array.isArray(state.ended);
const idsIn = (ids: string[] | undefined) => (Array.isArray(ids) ? ids : []);

/**
 * What n8n has kept, and what this process knows beyond it: n8n does not keep what each poll remembers that emits nothing.
 *
 * @param known by this process
 */
export function combinedState(kept: TriggerState, known: TriggerState | undefined, scope: string): TriggerState {
	if (!known || !isAbout(known, scope)) return kept;
	if (!isAbout(kept, scope)) return known;
	return { ...known, ended: [...new Set([...idsIn(kept.ended), ...idsIn(known.ended)])] };
}

/** Entries that have ended, each once, oldest end first; those of the same moment stay in the order of the answer. */
export function endedEntries({ idOf, outcomeOf, endOf }: Ended, listed: IDataObject[]): IDataObject[] {
	const each = [...new Map(listed.map((entry) => [idOf(entry), entry])).values()];
	return each.filter((entry) => outcomeOf(entry) !== undefined).sort((a, b) => endOf(a) - endOf(b));
}

/**
 * What has ended since the last poll. Entries are told apart by their IDs alone: their timestamps may be equal,
 * missing, or older than the last poll when they appear.
 *
 * @param listed all entries, as the API lists them
 */
export function newlyEnded(state: TriggerState, source: Ended & Pick<EventSource, 'scope'>, listed: IDataObject[], wanted: WantedOutcome): Changes {
	const { idOf, scope } = source;
	const ended = endedEntries(source, listed);
	const isFirst = !isAbout(state, scope);
	const known = new Set(isFirst ? [] : state.ended);
	const fresh = isFirst ? [] : ended.filter((entry) => !known.has(idOf(entry)));
	// IDs stay even when the API does not list their entries: it might just now not list everything.
	const listedNow = new Set(ended.map(idOf));
	const unlisted = [...known].filter((id) => !listedNow.has(id));
	const forgotten = unlisted.length > listedNow.size ? 0 : Math.max(0, unlisted.length - MAX_UNLISTED);
	// Where another outcome is chosen, what was not waited for is new to this memory only: n8n may have kept nothing since.
	const { outcome = wanted } = state;
	return {
		entries: fresh.filter((entry) => isWanted(source, entry, wanted) && isWanted(source, entry, outcome)),
		before: ended.findLast((entry) => known.has(idOf(entry))),
		state: { workflowId: scope, outcome: wanted, ended: [...unlisted.slice(forgotten), ...listedNow] },
	};
}

/**
 * The order in which to ask for details: new entries first, so that none is held up by those that wait already. Those
 * are asked for in turn, so that each is reached, however little time there is.
 *
 * @param ids of all that is due
 */
export function fetchOrder(ids: string[], { waiting }: TriggerState): string[] {
	const due = new Set(ids);
	const queue = new Set(idsIn(waiting).filter((id) => due.has(id)));
	return [...[...due].filter((id) => !queue.has(id)), ...queue];
}

/**
 * For how many polls in a row, this one included, Pixxel has not known an entry.
 *
 * @param refused why details could not be fetched
 */
export function unknownPolls({ unknown = {} }: TriggerState, refused: ReadonlyMap<string, Failure>): Record<string, number> {
	const ids = [...refused].filter(([, { httpCode }]) => httpCode === 404).map(([id]) => id);
	return Object.fromEntries(ids.map((id) => [id, (unknown[id] ?? 0) + 1]));
}

/** Whether an entry that Pixxel lists is gone all the same: its details will not come any more. */
export const isGone = (polls = 0) => polls >= MAX_UNKNOWN_POLLS;

/**
 * What to remember after a poll that could not bring all that is new.
 *
 * @param after what there was to remember, had it brought all
 * @param left IDs of what it did not bring, in the order in which they had to be asked for
 * @param refused those of them that were asked for in vain
 */
export function stateAfterPartialPoll(before: TriggerState, after: TriggerState, left: string[], refused: ReadonlyMap<string, unknown>): TriggerState {
	const waited = new Set(idsIn(before.waiting));
	const unasked = left.filter((id) => waited.has(id) && !refused.has(id));
	return { ...withoutEnded(after, left), waiting: [...unasked, ...refused.keys()] };
}

/** The same state, in which some entries have not ended. */
export function withoutEnded(state: TriggerState, ids: string[]): TriggerState {
	const missing = new Set(ids);
	return { ...state, ended: state.ended?.filter((id) => !missing.has(id)) };
}
