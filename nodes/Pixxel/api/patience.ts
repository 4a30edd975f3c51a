import { clock } from '../ground/clock';

/** How long, and how often, a call may be tried again while Pixxel is busy or the line is down. */
export interface Patience {
	/** Point in time (by the clock) after which nothing more is tried. */
	until: number;
	/** Whether what is under way then ends as well. Otherwise, an answer that has begun gets all its time. */
	isFirm?: boolean;
	/** Most tries in all. */
	tries: number;
	/**
	 * Given where sending the call twice could do something twice (start a job, say): it is repeated only
	 * where it certainly never reached Pixxel or was turned away. Where nobody can know, this is what the
	 * user reads of it.
	 */
	onceOnly?: { inDoubt: string; advice: string };
	/** Ends the call, where that is not what ends everything else. */
	signal?: AbortSignal;
}

const A_FEW_TRIES = 4;
const A_MOMENT_MS = 60_000;

/** A few tries within a minute: for calls that nobody asked to wait for. */
export function aFewTries(withinMs = A_MOMENT_MS): Patience {
	return { until: clock.now() + withinMs, tries: A_FEW_TRIES };
}

/** For a call that will come again by itself. */
export function oneTry(withinMs: number): Patience {
	return { until: clock.now() + withinMs, tries: 1 };
}

/** The same, over at a point in time (by the clock), whatever is under way then. */
export function by(until: number, tries: (withinMs: number) => Patience): Patience {
	return { ...tries(until - clock.now()), isFirm: true };
}

/** As many tries as fit before `until` (by the clock). */
export function patientUntil(until: number): Patience {
	return { until, tries: Infinity };
}
