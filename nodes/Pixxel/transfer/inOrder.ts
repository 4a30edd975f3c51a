import { Block, type OpenBody } from './Block';
import type { RemotePackage } from './RemotePackage';
import type { StorageAnswer } from './storage';

const MIB = 1024 * 1024;

/**
 * Bytes that one of several connections fetches at a time. Each block costs a request's round trip, so:
 * large; but one for each connection, and one more, may wait in memory, so: not larger.
 */
const LARGEST_BLOCK_BYTES = 16 * MIB;
const ALL_BLOCKS_BYTES = 64 * MIB;

/** How long the first connection is watched before it is judged. */
const PROBATION_MS = 300;

/** A single connection that is faster than this (bytes per second) loses more CPU to company than it gains. */
const FAST_ENOUGH = 110e6;

/** How long several connections are given to show that they are faster, and how much faster that must be. */
const TRIAL_MS = 2_000;
const REWARD = 1.2;

/** How a package is split over connections, and why: one until it proves to be the bottleneck. */
export class Splitting {
	private allowed = 1;
	private singleSpeed = 0;
	private waitedMs = 0;
	private phaseStart = Date.now();
	private phaseBytes = 0;
	private settled: boolean;

	/** Bytes in a block, and most that a connection runs ahead of the reader. */
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
		this.phaseBytes += bytes;
		this.waitedMs += waitedMs;
		const phaseMs = Date.now() - this.phaseStart;
		if (this.allowed === 1) return phaseMs >= PROBATION_MS && this.judgeSingle(phaseMs);
		return phaseMs >= TRIAL_MS && this.judgeSeveral(phaseMs);
	}

	private judgeSingle(phaseMs: number): boolean {
		this.singleSpeed = (this.phaseBytes / phaseMs) * 1_000;
		// A reader that hardly waits is the slower one of the two: a slow disk, say.
		const connectionIsSlow = this.waitedMs > phaseMs / 2 && this.singleSpeed < FAST_ENOUGH;
		if (connectionIsSlow) this.allowed = this.most;
		this.startPhase();
		return connectionIsSlow;
	}

	private judgeSeveral(phaseMs: number): boolean {
		this.settled = true;
		const speed = (this.phaseBytes / phaseMs) * 1_000;
		if (speed >= this.singleSpeed * REWARD) return false;
		this.allowed = 1;
		return true;
	}

	private startPhase(): void {
		this.phaseStart = Date.now();
		this.phaseBytes = 0;
		this.waitedMs = 0;
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

	const start = (block: Block) => {
		blocks.push(block);
		void block.fetch(open).then(topUp);
	};
	const topUp = () => {
		const busy = () => blocks.filter((block) => block.fetching).length;
		while (next < total && busy() < splitting.connections && blocks.length <= splitting.connections) {
			// On its own again, a connection goes on to the end rather than asking anew for each block.
			const end = splitting.connections === 1 ? total : Math.min(total, next + splitting.blockBytes);
			start(new Block(remote, next, end, splitting.blockBytes));
			next = end;
		}
	};

	start(new Block(remote, 0, total, splitting.blockBytes, first));
	for (let head = blocks[0]; head; head = blocks[0]) {
		const askedAt = head.queue.hasChunk ? undefined : Date.now();
		const chunk = await head.queue.take();
		if (chunk === undefined) {
			blocks.shift();
			topUp();
			continue;
		}
		yield chunk;
		const changed = splitting.observe(chunk.length, askedAt === undefined ? 0 : Date.now() - askedAt);
		if (changed && splitting.connections > 1) {
			next = head.endAfter(splitting.blockBytes);
			topUp();
		}
	}
}
