/*
 * What a line does to a transfer, and how many connections that makes worth it: functions of what was observed.
 *
 * n8n opens a connection for each request. Its first byte comes after three round trips (TCP's handshake, TLS', the request); then TCP sends
 * 14,600 bytes, and twice as many in each round trip after, until the connection is at its full speed. Against storage 100 ms away that is a
 * second in which a connection that could bring 20 MB brings 2.
 */

/** What one connection to object storage gives, where it is not known yet. */
export const USUAL_BYTES_PER_SECOND = 20e6;

/** A single connection that is faster than this loses more CPU to others beside it than it gains. */
export const FAST_CONNECTION_BYTES_PER_SECOND = 110e6;

/** How much faster several connections must be than one. */
const MIN_SPEEDUP = 1.2;

/** From this round trip on, connections take so long to open and to ramp up that nobody waits to see one do it. */
const HIGH_LATENCY_MS = 10;

/** Bytes that TCP sends in a connection's first round trip (RFC 6928: ten packets). */
const FIRST_WINDOW_BYTES = 14_600;

const ROUND_TRIPS_TO_FIRST_BYTE = 3;

/** @param firstByteMs how long the quickest answer took to begin */
export function roundTripMs(firstByteMs: number): number {
	return firstByteMs / ROUND_TRIPS_TO_FIRST_BYTE;
}

/** Whether the other connections are opened before the first one has shown what it can do. */
export function isHighLatency(roundTripMs: number): boolean {
	return roundTripMs >= HIGH_LATENCY_MS;
}

/** Over how long a single connection's speed is taken: at least a round trip, in which it may bring a single burst. */
export function sampleMs(roundTripMs: number): number {
	return Math.max(50, roundTripMs);
}

/** How long a single connection is given at most until it has ramped up. */
export function maxRampUpMs(roundTripMs: number): number {
	return Math.max(1_500, 15 * roundTripMs);
}

/** How long a probe of several connections takes: half of it for opening and ramping up (some dozen round trips), then as long again to be measured. */
export function probeMs(roundTripMs: number): number {
	return Math.max(2_000, 30 * roundTripMs);
}

/** Bytes that a connection could have brought by the time it is at full speed, and did not. */
export function rampUpLossBytes(roundTripMs: number, bytesPerSecond: number): number {
	const perRoundTrip = (bytesPerSecond * roundTripMs) / 1_000;
	const roundTripsToRampUp = Math.max(0, Math.log2(perRoundTrip / FIRST_WINDOW_BYTES));
	return (ROUND_TRIPS_TO_FIRST_BYTE + roundTripsToRampUp) * perRoundTrip;
}

/** Whether several connections are worth it. @param single the highest speed seen of one, in bytes per second */
export function isFasterInParallel(single: number, parallel: number): boolean {
	return parallel >= single * MIN_SPEEDUP;
}
