import { Block, type OpenBody } from './Block';
import type { RemotePackage } from './RemotePackage';
import type { StorageAnswer } from './storage';

const MIB = 1024 * 1024;

/**
 * Bytes that one of several connections fetches with one request. Each request costs a round trip or more
 * (n8n opens a connection for each), so: large; but a block for each connection may wait in memory, so: not
 * larger.
 */
const LARGEST_BLOCK_BYTES = 16 * MIB;
const ALL_BLOCKS_BYTES = 64 * MIB;
const SMALLEST_BLOCK_BYTES = 4 * MIB;

/** While no more than this waits for the reader, a connection that is done before its turn may begin one block more. */
const LITTLE_WAITING_BYTES = 32 * MIB;

/** How far a connection that fetches all the rest runs ahead of the reader: enough to even out a disk's pauses. */
const READ_AHEAD_BYTES = 4 * MIB;

/**
 * The first connection is watched for stretches of this length, and judged by the last two of them as soon
 * as it gains no more speed from one to the next: connections start slowly.
 */
const STRETCH_MS = 75;
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

/**
 * Yields a package's bytes from the first to the last, fetched over one or several connections. Memory
 * stays bounded however large the package: a block for each connection, and some read-ahead.
 *
 * @param first the answer that opened the package; its body is read first
 * @param open where connections that are being read are listed
 */
export async function* inOrder(
	remote: RemotePackage,
	first: StorageAnswer,
	splitting: Splitting,
	open: Set<OpenBody>,
): AsyncGenerator<Buffer> {
	const total = remote.version.length ?? Infinity;
	const blocks: Block[] = [];
	let next = total;
	let started = 0;

	const start = (block: Block) => {
		blocks.push(block);
		void block.fetch(open).then(topUp);
	};
	const topUp = () => {
		const busy = () => blocks.filter((block) => block.fetching).length;
		const waiting = blocks.reduce((sum, { queue }) => sum + queue.waiting, 0);
		const mostBlocks = splitting.connections + (waiting <= LITTLE_WAITING_BYTES ? 1 : 0);
		while (next < total && busy() < splitting.connections && blocks.length < mostBlocks) {
			// On its own again, a connection goes on to the end rather than asking anew for each block.
			const alone = splitting.connections === 1;
			const end = alone ? total : Math.min(total, next + nextBlockBytes());
			start(new Block(remote, next, end, alone ? READ_AHEAD_BYTES : splitting.blockBytes));
			next = end;
		}
	};
	const nextBlockBytes = () => {
		// The first ones are of growing size, so that the connections end one after the other from then on:
		// less has to wait in memory. The last ones shrink, so that all connections end together.
		const staggered = (splitting.blockBytes * Math.min(++started, splitting.connections)) / splitting.connections;
		return Math.max(SMALLEST_BLOCK_BYTES, Math.floor(Math.min(staggered, (total - next) / 2)));
	};

	start(new Block(remote, 0, total, READ_AHEAD_BYTES, first));
	for (let head = blocks[0]; head; head = blocks[0]) {
		const askedAt = head.queue.hasChunk ? undefined : Date.now();
		const chunk = await head.queue.take();
		if (chunk === undefined) {
			blocks.shift();
			topUp();
			continue;
		}
		const waitedMs = askedAt === undefined ? 0 : Date.now() - askedAt;
		// Where the end is not known, nobody can start in the middle; and what several connections have left
		// in memory says nothing of one.
		const telling = total < Infinity && (splitting.connections > 1 || blocks.length === 1);
		const changed = telling && splitting.observe(chunk.length, waitedMs);
		if (changed && splitting.connections > 1) {
			started = 1;
			next = head.endAfter(SMALLEST_BLOCK_BYTES);
			topUp();
		}
		yield chunk;
	}
}
