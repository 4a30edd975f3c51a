const FIRST_MS = 1_000;
const MAX_MS = 30_000;

/**
 * How long to pause before try number `attempt + 1`, in milliseconds: doubling from 1 s to 30 s. Half of
 * it is left to chance, so that many items refused together do not come back together.
 */
export function backoffMs(attempt: number): number {
	const full = Math.min(MAX_MS, FIRST_MS * 2 ** (attempt - 1));
	return full / 2 + (Math.random() * full) / 2;
}
