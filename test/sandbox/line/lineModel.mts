import type { Line } from '../types.mts';

/** Ten packets: what TCP sends before it has heard of the first one's arrival (RFC 6928). */
const firstWindow = 14_600;
/** TCP's handshake, and that of TLS 1.3. */
const handshakes = 2;

/** Round trips from a client's first packet to the first byte of the answer. */
export function roundTripsToAnswer(isFresh: boolean): number {
	return (isFresh ? handshakes : 0) + 1;
}

/** Bytes that a connection has carried after so many round trips of slow start, each with a window twice as large. */
const carriedAfter = (roundTrips: number) => firstWindow * (2 ** roundTrips - 1);

/** How many round trips go by until a window fills the line: rate × round trip. */
function slowStart({ roundTripMs, bytesPerSecond }: Line): number {
	const fullWindow = (bytesPerSecond * roundTripMs) / 1000;
	return Math.max(0, Math.ceil(Math.log2(fullWindow / firstWindow)));
}

/**
 * How many bytes of bodies a connection has carried when it has been at it for so long. In slow start each window is spread
 * evenly over its round trip, and the next is twice as large; from there on the rate holds.
 */
export function bytesBy(line: Line, ms: number): number {
	const slowTrips = slowStart(line);
	const slowMs = slowTrips * line.roundTripMs;
	if (ms >= slowMs) return carriedAfter(slowTrips) + ((ms - slowMs) * line.bytesPerSecond) / 1000;
	const trip = Math.floor(ms / line.roundTripMs);
	return carriedAfter(trip) + (ms / line.roundTripMs - trip) * firstWindow * 2 ** trip;
}

/** How long a connection has been at it when it has carried so many bytes: the inverse of `bytesBy`. */
export function msUntil(line: Line, bytes: number): number {
	const slowTrips = slowStart(line);
	const slowBytes = carriedAfter(slowTrips);
	if (bytes >= slowBytes) return slowTrips * line.roundTripMs + ((bytes - slowBytes) / line.bytesPerSecond) * 1000;
	const trip = Math.floor(Math.log2(bytes / firstWindow + 1));
	return (trip + (bytes - carriedAfter(trip)) / (firstWindow * 2 ** trip)) * line.roundTripMs;
}

/**
 * How long one request takes, from the client's first packet to the answer's last byte, on a line with nobody else on it.
 * `carried`: what the connection has carried in earlier answers; left out: it is a fresh one.
 */
export function msOfRequest(line: Line, bytes: number, carried?: number): number {
	const before = carried ?? 0;
	const bodyMs = msUntil(line, before + bytes) - msUntil(line, before);
	return roundTripsToAnswer(carried === undefined) * line.roundTripMs + bodyMs;
}
