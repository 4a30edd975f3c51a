import { backoffMs } from '../../retry/backoff';

/** Something of whose bytes more and more arrive. */
interface Progress {
	/** Bytes so far, over all connections and attempts. */
	readonly received: number;
}

/** Pauses grow no longer than after so many failures in a row (to 8 seconds): a connection may become free at any time. */
const MAX_BACKOFF_STEPS = 5;

/** Attempts in a row in which not one byte of the package arrives. With the pauses between them: half a minute to a minute, longer where storage asks for it. */
export const MAX_CONSECUTIVE_FAILURES = 8;

/** How often and after what pauses a request is repeated. A byte on any connection of the package refills the budgets of all of them. */
export class RetryBudget {
	/** Failures in a row without a byte on any connection. */
	private consecutiveFailures = 0;
	/** Failures in a row without a byte on this one: what others receive may be as much as storage grants. */
	private ownFailures = 0;
	private failuresWhileOthersWereServed = 0;
	private urlRejections = 0;
	private broughtBytes = false;
	private seen: number;

	/**
	 * @param signal aborts when nobody waits for the bytes any more
	 * @param onBlocked told of a failure that others may have caused: it was not the first one in a row, or `throttled`: storage asks for fewer
	 *   requests, be it that it says so or that it goes on serving others, and not this one
	 */
	constructor(
		private readonly progress: Progress,
		readonly signal: AbortSignal,
		private readonly onBlocked: (throttled: boolean) => void = () => {},
	) {
		this.seen = progress.received;
	}

	/** Whether bytes have arrived, on any connection, since the last failure. */
	get othersAreServed(): boolean {
		return this.progress.received !== this.seen;
	}

	/** Bytes of what was asked for have arrived. */
	recordBytes(): void {
		this.ownFailures = 0;
		this.failuresWhileOthersWereServed = 0;
		this.broughtBytes = true;
	}

	/** @returns how many attempts in a row, this one included, brought nothing */
	recordFailure(throttled: boolean): number {
		const othersWereServed = this.resetOnProgress();
		this.consecutiveFailures++;
		// A connection that breaks after it has brought something was granted.
		if (!this.broughtBytes) {
			this.ownFailures++;
			this.failuresWhileOthersWereServed = othersWereServed ? this.failuresWhileOthersWereServed + 1 : 0;
		}
		this.broughtBytes = false;
		// Twice in a row is no accident: somebody grants so many connections, and ends all others.
		const asksForFewer = throttled || this.failuresWhileOthersWereServed > 1;
		if (asksForFewer || this.consecutiveFailures > 1) this.onBlocked(asksForFewer);
		return this.consecutiveFailures;
	}

	/** How long to wait after a failure, in milliseconds. A line that has just brought something is asked again at once. */
	pauseMs(throttled: boolean): number {
		const failures = Math.max(this.consecutiveFailures, Math.min(this.ownFailures, MAX_BACKOFF_STEPS));
		return failures <= 1 && !throttled ? 0 : backoffMs(Math.max(1, failures - 1));
	}

	/** @returns how many URLs in a row, this one included, were refused */
	recordUrlRejection(): number {
		this.resetOnProgress();
		this.ownFailures++;
		return ++this.urlRejections;
	}

	/** @returns whether anything has arrived since it last looked */
	private resetOnProgress(): boolean {
		if (!this.othersAreServed) return false;
		this.seen = this.progress.received;
		this.consecutiveFailures = 0;
		this.urlRejections = 0;
		return true;
	}
}
