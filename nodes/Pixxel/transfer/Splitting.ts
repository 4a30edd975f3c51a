const MIB = 1024 * 1024;

/**
 * Bytes that one of several connections fetches with one request. Each request costs a round trip or more
 * (n8n opens a connection for each), so: large; but a block for each connection may wait in memory, so: not
 * larger.
 */
const LARGEST_BLOCK_BYTES = 16 * MIB;
const ALL_BLOCKS_BYTES = 64 * MIB;

/**
 * The first connection is watched for stretches of this length, and judged by the last two of them as soon
 * as it gains no more speed from one to the next: connections start slowly.
 */
const STRETCH_MS = 50;
const STILL_GAINING = 1.5;
const LONGEST_WATCH_MS = 1_500;

/** A single connection that is faster than this (bytes per second) loses more CPU to company than it gains. */
const FAST_ENOUGH = 110e6;

/** How long several connections are given to show that they are faster, and how much faster that must be. */
const TRIAL_MS = 2_000;
const REWARD = 1.2;

/** When they are tried again if they were not: it may have been this machine's bad moment. Twice as long each time. */
const FIRST_RETRIAL_MS = 10_000;

/** What a reader went through in a stretch of time. */
class Stretch {
	private readonly start = Date.now();
	private bytes = 0;
	private waitedMs = 0;

	add(bytes: number, waitedMs: number): void {
		this.bytes += bytes;
		this.waitedMs += waitedMs;
	}

	get ms(): number {
		return Date.now() - this.start;
	}

	/** Bytes per second. */
	get speed(): number {
		return (this.bytes / this.ms) * 1_000;
	}

	/** A reader that hardly waits is the slower one of the two: a slow disk, say. */
	get waitsForConnection(): boolean {
		return this.waitedMs > this.ms / 2;
	}
}

/** Over how many connections a package is fetched: one until it proves to be the bottleneck. */
export class Splitting {
	private allowed = 1;
	private lastSpeed = 0;
	private singleSpeed = 0;
	private settled: boolean;
	private watchedSince = Date.now();
	private nextTrialAt = 0;
	private retrialMs = FIRST_RETRIAL_MS;
	private stretch = new Stretch();

	/** Bytes in a block. */
	readonly blockBytes: number;

	constructor(private readonly most: number) {
		this.settled = most === 1;
		this.blockBytes = Math.min(LARGEST_BLOCK_BYTES, Math.floor(ALL_BLOCKS_BYTES / most));
	}

	/** Most connections at the moment. */
	get connections(): number {
		return this.allowed;
	}

	/**
	 * Tells what the reader has just experienced.
	 *
	 * @param bytes that it got
	 * @param waitedMs how long it had to wait for them
	 * @returns whether the number of connections has just changed
	 */
	observe(bytes: number, waitedMs: number): boolean {
		if (this.settled) return false;
		this.stretch.add(bytes, waitedMs);
		if (this.allowed > 1) return this.stretch.ms >= TRIAL_MS && this.judgeSeveral();
		return this.stretch.ms >= STRETCH_MS && this.judgeSingle();
	}

	private judgeSingle(): boolean {
		const { speed, waitsForConnection } = this.stretch;
		const gaining = speed > this.lastSpeed * STILL_GAINING && Date.now() - this.watchedSince < LONGEST_WATCH_MS;
		// The better one of two, for a line may pause.
		this.singleSpeed = Math.max(speed, this.lastSpeed);
		this.lastSpeed = speed;
		this.stretch = new Stretch();
		if (gaining || !waitsForConnection || this.singleSpeed >= FAST_ENOUGH || Date.now() < this.nextTrialAt) return false;
		this.allowed = this.most;
		return true;
	}

	private judgeSeveral(): boolean {
		this.settled = this.stretch.speed >= this.singleSpeed * REWARD;
		if (this.settled) return false;
		this.allowed = 1;
		this.lastSpeed = 0;
		this.stretch = new Stretch();
		this.watchedSince = Date.now();
		this.nextTrialAt = this.watchedSince + this.retrialMs;
		this.retrialMs *= 2;
		return true;
	}
}
