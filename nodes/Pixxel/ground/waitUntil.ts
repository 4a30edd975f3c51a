import { clock } from './clock';
import { type Failure, NoAnswer } from './failure';

/** Pauses grow to this, so that an hour's wait is sixty requests and not a thousand. */
const LONGEST_PAUSE_MS = 60_000;
const GROWTH = 1.25;

export interface Wait {
	/** First pause between two looks, in milliseconds. */
	pollIntervalMs: number;
	/** The one point in time (by the clock) at which the wait is over. */
	until: number;
	signal: AbortSignal;
}

/**
 * Looks, pauses and looks again until `found` says so. The first look is at once; the last one when the
 * time is up.
 *
 * @param describe what a person should read when the time is up, given the last answer
 * @throws Failure at the deadline, and whatever `look` throws
 */
export async function waitUntil<T>(
	{ pollIntervalMs, until, signal }: Wait,
	look: () => Promise<T>,
	found: (answer: T) => boolean,
	describe: (last: T) => Failure,
): Promise<T> {
	let last: { answer: T } | undefined;
	for (let interval = pollIntervalMs; ; interval = nextInterval(interval)) {
		const answer = await look().catch(async (error: unknown) => {
			// The time left may have been too short for an answer. That is no news of the line.
			return await Promise.reject(last && error instanceof NoAnswer && clock.now() >= until ? describe(last.answer) : error);
		});
		if (found(answer)) return answer;
		last = { answer };
		const left = until - clock.now();
		if (left <= 0) throw describe(answer);
		await clock.pause(Math.min(interval, left), signal);
	}
}

function nextInterval(interval: number): number {
	// Someone who asked for longer pauses than that gets them.
	return Math.max(interval, Math.min(interval * GROWTH, LONGEST_PAUSE_MS));
}
