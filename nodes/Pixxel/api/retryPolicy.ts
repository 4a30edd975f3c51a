import { clock } from '../retry/clock';

/** How long, and how often, a call may be tried again while Pixxel is busy or the line is down. */
export interface RetryPolicy {
	/** Point in time (by the clock) after which nothing more is tried. */
	deadline: number;
	/** Whether what is under way then ends as well. Otherwise, an answer that has begun gets all its time. */
	isFirm?: boolean;
	/** Most attempts in all. */
	maxAttempts: number;
	/**
	 * Given where sending the call twice could do something twice (start a job, say): it is repeated only
	 * where it certainly never reached Pixxel or was turned away. Where nobody can know, this is what the
	 * user reads of it.
	 */
	nonIdempotent?: { unknownOutcome: string; advice: string };
	/** Ends the call, where that is not what ends everything else. */
	signal?: AbortSignal;
}

const DEFAULT_ATTEMPTS = 4;
const A_MOMENT_MS = 60_000;

/** Some attempts within a minute: for calls that nobody asked to wait for. */
export function defaultRetry(withinMs = A_MOMENT_MS): RetryPolicy {
	return { deadline: clock.now() + withinMs, maxAttempts: DEFAULT_ATTEMPTS };
}

/** For a call that will come again by itself. */
export function noRetry(withinMs: number): RetryPolicy {
	return { deadline: clock.now() + withinMs, maxAttempts: 1 };
}

/** The same, over at a point in time (by the clock), whatever is under way then. */
export function withDeadline(deadline: number, policy: (withinMs: number) => RetryPolicy): RetryPolicy {
	return { ...policy(deadline - clock.now()), isFirm: true };
}

/** As many attempts as fit before `deadline` (by the clock). */
export function retryUntil(deadline: number): RetryPolicy {
	return { deadline, maxAttempts: Infinity };
}
