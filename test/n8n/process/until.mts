import { setTimeout as sleep } from 'node:timers/promises';

const SAY_EVERY_MS = 5_000;

/**
 * Looks until something is there.
 *
 * @param what it is, for the message that it never came
 * @returns what was found: the first that is neither undefined nor false
 */
export async function until<T>(
	what: string,
	look: () => Promise<T | undefined | false>,
	timeoutMs = 10_000,
	everyMs = 50,
): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	do {
		const found = await look();
		if (found !== undefined && found !== false) return found;
		await sleep(everyMs);
	} while (Date.now() <= deadline);
	throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
}

/** Says every few seconds for how long something is going on already, until the returned function is called. */
export function keepSaying(say: (seconds: number) => void): () => void {
	const startedAt = Date.now();
	const timer = setInterval(() => say(Math.round((Date.now() - startedAt) / 1000)), SAY_EVERY_MS);
	return () => clearInterval(timer);
}
