import { Block, type OpenBody, type Surroundings } from './Block';
import { FIRST_BLOCK_BYTES, isWorthCompany, mayReadOn, nextBlockBytes } from './lineDecisions';
import type { RemotePackage } from './RemotePackage';
import type { Splitting } from './Splitting';
import type { Storage, StorageAnswer } from './storage';
import { type Stretch, Stretches } from './Stretches';

/** How far the block whose turn it is runs ahead of the reader. More waits in the system's socket buffer. */
const READ_AHEAD_BYTES = 512 * 1024;

/** After this, a fast line has brought megabytes, and a long one hardly anything. */
const EARLY_LOOK_MS = 20;

/** Blocks for each connection, with those that have arrived before their turn. */
const MOST_BLOCKS_EACH = 4;

/** What there is to fetch, from where, and how. */
export interface Errand {
	storage: Storage;
	remote: RemotePackage;
	/** Ascending, and apart from each other. */
	stretches: readonly Stretch[];
	splitting: Splitting;
	/** Where connections that are being read are listed. */
	open: Set<OpenBody>;
	signal: AbortSignal;
	/** The answer that opened the package, where its body is the first stretch. */
	first?: StorageAnswer;
}

/**
 * Yields the bytes of stretches of a package, one after the other, fetched over one or several connections. Memory
 * stays bounded however large the package.
 */
export function inOrder(errand: Errand): AsyncGenerator<Buffer> {
	return new Row(errand).bytes();
}

/** The blocks that are being fetched, or have been and wait for their turn, in the order of their bytes. */
class Row {
	private readonly blocks: Block[] = [];
	private readonly left: Stretches;
	private readonly around: Surroundings;
	private readonly sleepers = new Map<Block, () => void>();

	/** The connection that was there before the others. */
	private pioneer: Block | undefined;

	/** Blocks begun since there are several connections. */
	private begun = 0;

	constructor(private readonly errand: Errand) {
		const { stretches, storage, remote, open, splitting } = errand;
		this.left = new Stretches(stretches);
		this.around = { storage, remote, open, room: (block) => this.room(block) };
		remote.onSlowDown = () => splitting.refused(this.fetching);
	}

	async *bytes(): AsyncGenerator<Buffer> {
		const { storage, splitting, first } = this.errand;
		this.begin(Infinity, first);
		this.pioneer = this.blocks[0];
		if (splitting.opensEarly && this.isWorthCompany) void this.lookEarly();
		for (let head = this.blocks[0]; head; head = this.blocks[0]) {
			const askedAt = head.queue.waiting > 0 ? undefined : storage.now();
			const chunk = await head.queue.take();
			if (chunk === undefined) {
				this.blocks.shift();
				this.topUp();
				this.wake();
			} else {
				this.learn(head, chunk.length, askedAt === undefined ? 0 : storage.now() - askedAt);
				this.wake();
				yield chunk;
			}
		}
	}

	/** Bytes that wait for the reader. */
	private get held(): number {
		return this.blocks.reduce((sum, { queue }) => sum + queue.waiting, 0);
	}

	private get fetching(): number {
		return this.blocks.filter((block) => block.fetching).length;
	}

	/** Where the end is not known, nobody can start in the middle. */
	private get isWorthCompany(): boolean {
		const unbegun = this.left.bytes;
		const bytes = unbegun + (this.blocks[0]?.bytesLeft ?? 0);
		return bytes < Infinity && (unbegun > 0 || isWorthCompany(bytes));
	}

	/** On a long line, the others are opened as soon as the first one is seen not to be fast. */
	private async lookEarly(): Promise<void> {
		const { storage, remote, splitting, signal } = this.errand;
		const before = remote.received;
		try {
			await storage.pause(EARLY_LOOK_MS, signal);
		} catch {
			return; // The signal ended the pause: there is nothing left to fetch.
		}
		if (splitting.lookEarly(((remote.received - before) / EARLY_LOOK_MS) * 1_000)) this.split();
	}

	private learn(head: Block, bytes: number, waitedMs: number): void {
		const { splitting } = this.errand;
		// What several connections have left in memory says nothing of one.
		const telling = this.isWorthCompany && (!splitting.isOne || this.blocks.length === 1);
		if (!telling || !splitting.observe(bytes, waitedMs, head === this.pioneer)) return;
		if (splitting.isOne) this.pioneer = undefined;
		else this.split();
	}

	/** Leaves to others what the only block has not fetched. */
	private split(): void {
		const [head] = this.blocks;
		if (!head) return;
		this.pioneer = head;
		this.left.giveBack(head.endAfter(FIRST_BLOCK_BYTES));
		this.begun = 0;
		this.topUp();
	}

	/** Begins as many blocks as there may be connections. */
	private topUp(): void {
		const { splitting } = this.errand;
		const { connections, isOne } = splitting;
		while (!this.left.isEmpty && this.fetching < connections && this.blocks.length < connections * MOST_BLOCKS_EACH) {
			// On its own, a connection goes on to the end rather than asking anew for each block.
			this.begin(isOne ? Infinity : nextBlockBytes(splitting.blockBytes, ++this.begun, connections, this.left.bytes));
		}
	}

	private begin(most: number, first?: StorageAnswer): void {
		const stretch = this.left.take(most);
		if (!stretch) return;
		const block = new Block(this.around, stretch, first);
		this.blocks.push(block);
		void block.fetch().then(() => this.topUp());
	}

	private mayReadOn(block: Block): boolean {
		const place = this.blocks.indexOf(block);
		if (place <= 0) return block.queue.waiting < READ_AHEAD_BYTES;
		return mayReadOn(place, this.errand.splitting.connections, this.held);
	}

	private room(block: Block): Promise<void> | undefined {
		if (this.mayReadOn(block)) return undefined;
		return new Promise((resolve) => this.sleepers.set(block, resolve));
	}

	private wake(): void {
		for (const [block, resolve] of this.sleepers) {
			if (!this.mayReadOn(block)) continue;
			this.sleepers.delete(block);
			resolve();
		}
	}
}
