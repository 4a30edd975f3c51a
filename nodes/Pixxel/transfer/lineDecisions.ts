/*
 * How many connections, how large the pieces, and when to change one's mind: functions of what was observed.
 *
 * What a line does to a transfer, and what the numbers here follow from: n8n opens a connection for each
 * request. Its first byte comes after three round trips (TCP, TLS, the request); then TCP sends 14,600 bytes,
 * and twice as many in each round trip after, until the connection is at its full speed. Against storage
 * 100 ms away that is a second in which a connection that could bring 20 MB brings 2.
 */

const MIB = 1024 * 1024;

/** Bytes of a package that arrived before their turn, in all connections together, at most. */
export const MEMORY_BYTES = 48 * MIB;

/** What one of those who read of a package at the same time may take at the moment. */
export interface Share {
	/** Connections at a time. */
	readonly connections: number;
	/** Bytes that may have arrived before their turn. */
	readonly memory: number;
}

/** A request for less than this is hardly worth its round trips. */
export const SMALLEST_BLOCK_BYTES = 2 * MIB;

/** What the first of several connections goes on to fetch: as much as arrives while the others still open. */
export const FIRST_BLOCK_BYTES = 8 * MIB;

/** What one connection to object storage gives, where it is not known yet. Bytes per second. */
const USUAL_SPEED = 20e6;

/** A single connection that is faster than this (bytes per second) loses more CPU to company than it gains. */
export const FAST_ENOUGH = 110e6;

/** How much faster several connections must be than one. */
const REWARD = 1.2;

/** From this round trip on, connections take so long to open and to gain speed that nobody waits to see one do it. */
const LONG_ROUND_TRIP_MS = 10;

/** Less than this is fetched over one connection: it is done before another one has brought anything. */
const WORTH_COMPANY_BYTES = 12 * MIB;

/** So many times the time that several connections lose in opening, they have to save. */
const WORTH_OPENING = 1.25;

/** Bytes that TCP sends in a connection's first round trip (RFC 6928: ten packets). */
const FIRST_WINDOW_BYTES = 14_600;

const ROUND_TRIPS_TO_FIRST_BYTE = 3;

/** Whether the other connections are opened before the first one has shown what it can do. */
export function isLong(roundTripMs: number): boolean {
	return roundTripMs >= LONG_ROUND_TRIP_MS;
}

/** Over how long a single connection's speed is taken: at least a round trip, in which it may bring a single burst. */
export function stretchMs(roundTripMs: number): number {
	return Math.max(50, roundTripMs);
}

/** How long a single connection is watched at most until it has gained its speed. */
export function longestWatchMs(roundTripMs: number): number {
	return Math.max(1_500, 15 * roundTripMs);
}

/** Whether going back to one connection, to see what it can do, costs a small part of what is left of the transfer. */
export function affordsALook(msLeft: number, roundTripMs: number): boolean {
	return msLeft >= 40 * longestWatchMs(roundTripMs);
}

/**
 * How long several connections are given: for opening and gaining speed (some dozen round trips), and then as
 * long again to be looked at.
 */
export function trialMs(roundTripMs: number): number {
	return Math.max(2_000, 30 * roundTripMs);
}

/** Bytes that a connection could have brought by the time it is at full speed, and did not. */
function lostBytes(roundTripMs: number, speed: number): number {
	const perRoundTrip = (speed * roundTripMs) / 1_000;
	const roundTripsToGain = Math.max(0, Math.log2(perRoundTrip / FIRST_WINDOW_BYTES));
	return (ROUND_TRIPS_TO_FIRST_BYTE + roundTripsToGain) * perRoundTrip;
}

/**
 * Bytes that each of so many connections fetches with one request: as many as memory allows, for every
 * request loses time.
 *
 * Of n connections, n × block / (block + lost) bring something at any moment; the block of one that does waits
 * half in memory on average. So half of n × block² / (block + lost) is to be four fifths of the memory: the
 * rest is for the moments in which it is more.
 */
export function blockBytes(connections: number, roundTripMs: number, speed = USUAL_SPEED, memory = MEMORY_BYTES): number {
	const lost = lostBytes(roundTripMs, Math.min(speed, FAST_ENOUGH));
	const room = 1.6 * memory;
	const bytes = (room + Math.sqrt(room ** 2 + 4 * connections * room * lost)) / (2 * connections);
	return Math.floor(Math.min(memory, Math.max(SMALLEST_BLOCK_BYTES, bytes)));
}

/** Whether there is enough to fetch for so many connections. */
export function isWorthCompany(bytesLeft: number, connections: number, roundTripMs: number, memory = MEMORY_BYTES): boolean {
	const lost = lostBytes(roundTripMs, USUAL_SPEED);
	const block = blockBytes(connections, roundTripMs, USUAL_SPEED, memory);
	const atOnce = (connections * block) / (block + lost);
	return atOnce > 1 && bytesLeft >= Math.max(WORTH_COMPANY_BYTES, (WORTH_OPENING * lost) / (1 - 1 / atOnce));
}

/**
 * Bytes of the next block. The first ones are of growing size, so that the connections end one after the
 * other from then on: less has to wait in memory. The last ones shrink, so that all connections end together.
 *
 * @param nth how many blocks were begun before, since there are several connections
 */
export function nextBlockBytes(full: number, nth: number, connections: number, bytesLeft: number): number {
	const staggered = (full * Math.min(nth + 1, connections)) / connections;
	return Math.max(SMALLEST_BLOCK_BYTES, Math.floor(Math.min(staggered, bytesLeft / 3)));
}

/**
 * Whether a block that is so many places behind the one whose turn it is may take more bytes. The farther
 * behind, the sooner it has to stop: what is left of the memory is for those that are needed first.
 *
 * @param place 1 for the next one
 * @param held bytes that all blocks together have in memory
 */
export function mayReadOn(place: number, connections: number, held: number, memory = MEMORY_BYTES): boolean {
	return held < memory * (1 - Math.min(1, (place - 1) / connections) / 2);
}

/** What is known of one connection on its own. */
export interface Single {
	/** The highest speed seen, in bytes per second. */
	speed: number;
	/** Whether it was still gaining speed when it was looked at last. */
	gaining: boolean;
}

export type Verdict = 'several' | 'one' | 'look at one';

/**
 * Whether several connections are worth it. Where one was given company before it was at full speed, only a look at it
 * can tell.
 *
 * @param several their speed, in bytes per second
 */
export function judge(single: Single, several: number, affordsALook: boolean): Verdict {
	if (several < single.speed * REWARD) return 'one';
	return single.gaining && affordsALook ? 'look at one' : 'several';
}

/** Whether several connections have become so much slower that what was known of the line is of no use. */
export function hasChanged(several: number, before: number): boolean {
	return several < before * 0.6;
}
