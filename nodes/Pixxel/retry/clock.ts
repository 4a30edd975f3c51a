import { sleep } from 'n8n-workflow';
import { Cancelled } from '../errors/Failure';

/** Timers are out of bounds for community nodes, and n8n's `sleep` cannot be ended early: so, short ones. */
const SLICE_MS = 250;

async function pass(ms: number, signal: AbortSignal): Promise<void> {
	const end = performance.now() + ms;
	for (let left = ms; left > 0 && !signal.aborted; left = end - performance.now()) await sleep(Math.min(left, SLICE_MS));
	if (signal.aborted) throw new Cancelled();
}

/**
 * Where time comes from, for all of the node: tests put their own in its place, in which an hour of pauses takes no time and is written down.
 */
export const clock = {
	/** A point in time, in milliseconds since any fixed one, by a clock that nobody sets. */
	now: (): number => performance.now(),

	/** Resolves after `ms` in which nothing is done; throws {@link Cancelled} within a quarter of a second once `signal` aborts. */
	pause: pass,

	/** The same beside something that is under way, to end it when it takes too long, or to look how far it is. */
	timer: pass,
};
