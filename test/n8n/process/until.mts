import { setTimeout as sleep } from 'node:timers/promises';

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
	for (;;) {
		const found = await look();
		if (found !== undefined && found !== false) return found;
		if (Date.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
		await sleep(everyMs);
	}
}
