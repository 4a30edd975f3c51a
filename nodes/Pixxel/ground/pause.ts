import { sleep } from 'n8n-workflow';
import { Abandoned } from './failure';

/** Timers are out of bounds for community nodes, and n8n's `sleep` cannot be ended early: so, short ones. */
const SLICE_MS = 250;

/**
 * Resolves after `ms`; throws {@link Abandoned} within a quarter of a second once `signal` aborts.
 */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
	const end = Date.now() + ms;
	for (let left = ms; left > 0; ) {
		if (signal.aborted) throw new Abandoned();
		const slice = Math.min(left, SLICE_MS);
		await sleep(slice);
		// Both: a clock may be set back meanwhile, and a busy process sleeps longer than it should.
		left = Math.min(left - slice, end - Date.now());
	}
	if (signal.aborted) throw new Abandoned();
}
