import { MAX_BUFFERED_BYTES } from './ResourceShare';
import { FAST_CONNECTION_BYTES_PER_SECOND, rampUpLossBytes, USUAL_BYTES_PER_SECOND } from './throughputModel';

const MIB = 1024 * 1024;

/** A request for less than this is hardly worth its round trips. */
export const MIN_SEGMENT_BYTES = 2 * MIB;

/** What the first of several connections goes on to fetch: as much as arrives while the others still open. */
export const FIRST_SEGMENT_BYTES = 8 * MIB;

/** Less than this is fetched over one connection: it is done before another one has brought anything. */
const MIN_PARALLEL_BYTES = 12 * MIB;

/** So many times the time that several connections lose in opening, they have to save. */
const WORTH_OPENING = 1.25;

/**
 * Bytes that each of so many connections fetches with one request: as many as memory allows, for every request loses time.
 *
 * Of n connections, n × segment / (segment + lost) bring something at any moment; the segment of one that does waits half in memory on
 * average. So half of n × segment² / (segment + lost) is to be four fifths of the memory: the rest is for the moments in which it is more.
 */
export function segmentBytes(connections: number, roundTripMs: number, bytesPerSecond = USUAL_BYTES_PER_SECOND, memory = MAX_BUFFERED_BYTES): number {
	const lost = rampUpLossBytes(roundTripMs, Math.min(bytesPerSecond, FAST_CONNECTION_BYTES_PER_SECOND));
	const available = 1.6 * memory;
	const bytes = (available + Math.sqrt(available ** 2 + 4 * connections * available * lost)) / (2 * connections);
	return Math.floor(Math.min(memory, Math.max(MIN_SEGMENT_BYTES, bytes)));
}

/** Whether there is enough to fetch for so many connections. */
export function isWorthParallel(bytesLeft: number, connections: number, roundTripMs: number, memory = MAX_BUFFERED_BYTES): boolean {
	const lost = rampUpLossBytes(roundTripMs, USUAL_BYTES_PER_SECOND);
	const segment = segmentBytes(connections, roundTripMs, USUAL_BYTES_PER_SECOND, memory);
	const atOnce = (connections * segment) / (segment + lost);
	return atOnce > 1 && bytesLeft >= Math.max(MIN_PARALLEL_BYTES, (WORTH_OPENING * lost) / (1 - 1 / atOnce));
}

/**
 * Bytes of the next segment. The first ones are of growing size, so that the connections end one after the other from then on: less has to
 * wait in memory. The last ones shrink, so that all connections end together.
 *
 * @param nth how many segments were started before, since there are several connections
 */
export function nextSegmentBytes(full: number, nth: number, connections: number, bytesLeft: number): number {
	const staggered = (full * Math.min(nth + 1, connections)) / connections;
	return Math.max(MIN_SEGMENT_BYTES, Math.floor(Math.min(staggered, bytesLeft / 3)));
}

/**
 * Whether a segment that is so many places behind the one whose turn it is may take more bytes. The farther behind, the sooner it has to
 * stop: what is left of the memory is for those that are needed first.
 *
 * @param place 1 for the next one
 * @param held bytes that all segments together have in memory
 */
export function fitsReadAhead(place: number, connections: number, held: number, memory = MAX_BUFFERED_BYTES): boolean {
	return held < memory * (1 - Math.min(1, (place - 1) / connections) / 2);
}
