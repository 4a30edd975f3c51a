import { backoffMs } from './backoff';
import { clock } from './clock';
import { type Failure, NoAnswer, UnreadableAnswer } from '../errors/Failure';

/** Pauses grow to this, so that an hour's wait is sixty requests and not a thousand. */
const MAX_PAUSE_MS = 60_000;
const GROWTH = 1.25;

export interface PollOptions {
	/** First pause between two looks, in milliseconds. */
	pollIntervalMs: number;
	/** The one point in time (by the clock) at which the wait is over. */
	deadline: number;
	signal: AbortSignal;
}

/** Answers in a row that are none of Pixxel's: one may be a gateway's that restarts. */
const MAX_UNREADABLE_ANSWERS = 4;

/**
 * Looks, pauses and looks again until `found` says so. The first look is at once; the last one when the
 * time is up. An answer that nobody can read is followed by another look soon, until there were several such in a row.
 *
 * @param describe what a person should read when the time is up, given the last answer
 * @throws Failure at the deadline, and whatever `look` throws
 */
export async function pollUntil<T>(
	{ pollIntervalMs, deadline, signal }: PollOptions,
	poll: () => Promise<T>,
	isDone: (answer: T) => boolean,
	describe: (last: T) => Failure,
): Promise<T> {
	let last: { answer: T } | undefined;
	let unreadable = 0;
	for (let interval = pollIntervalMs; ; ) {
		const seen = await poll().then(
			(answer) => ({ answer }),
			async (error: unknown) => {
				const isLate = clock.now() >= deadline;
				if (error instanceof UnreadableAnswer && ++unreadable < MAX_UNREADABLE_ANSWERS && !isLate) return undefined;
				// The time left may have been too short for an answer. That is no news of the line.
				return await Promise.reject(last && isLate && (error instanceof NoAnswer || error instanceof UnreadableAnswer) ? describe(last.answer) : error);
			},
		);
		if (seen && isDone(seen.answer)) return seen.answer;
		const left = Math.max(0, deadline - clock.now());
		if (!seen) {
			await clock.pause(Math.min(backoffMs(unreadable), left), signal);
			continue;
		}
		last = seen;
		unreadable = 0;
		if (left === 0) throw describe(last.answer);
		await clock.pause(Math.min(interval, left), signal);
		interval = nextInterval(interval);
	}
}

function nextInterval(interval: number): number {
	// Someone who asked for longer pauses than that gets them.
	return Math.max(interval, Math.min(interval * GROWTH, MAX_PAUSE_MS));
}
