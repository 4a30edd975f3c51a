import { Block, type OpenBody, type Surroundings } from './Block';
import { company } from './company';
import { FIRST_BLOCK_BYTES, nextBlockBytes } from './lineDecisions';
import { ReadAhead } from './ReadAhead';
import type { RemotePackage } from './RemotePackage';
import type { Splitting } from './Splitting';
import type { Storage, StorageAnswer } from './storage';
import { type Stretch, Stretches } from './Stretches';

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
	private readonly readAhead: ReadAhead;
	private isOver = false;

	/** Bytes that have arrived, and how many of them had when the last lesson was learned. */
	private received = 0;
	private learned = 0;

	/** Blocks begun since there are several connections. */
	private begun = 0;

	constructor(private readonly errand: Errand) {
		this.left = new Stretches(errand.stretches);
		this.readAhead = new ReadAhead(this.blocks, errand.splitting);
		this.around = {
			...errand,
			arrived: (bytes) => {
				this.received += bytes;
				errand.remote.received += bytes;
			},
			room: (block) => this.readAhead.room(block),
			hindered: (block, asksForFewer) => this.hindered(block, asksForFewer),
		};
	}

	async *bytes(): AsyncGenerator<Buffer> {
		const { splitting, first } = this.errand;
		this.begin(Infinity, { first });
		if (splitting.opensEarly && this.isWorthCompany) void this.lookEarly();
		try {
			for (let head = this.head(); head; head = this.head()) {
				const chunk = await this.takeFrom(head);
				if (chunk) yield chunk;
			}
		} finally {
			this.isOver = true;
			for (const block of [...this.blocks]) {
				block.stop();
				this.readAhead.release(block);
			}
		}
	}

	/** @returns undefined after the block's last bytes */
	private async takeFrom(head: Block): Promise<Buffer | undefined> {
		const { storage } = this.errand;
		const askedAt = head.queue.waiting > 0 ? undefined : storage.now();
		const chunk = await head.queue.take();
		if (chunk) {
			this.makeRoom(this.errand.splitting.share.connections);
			this.learn(askedAt === undefined ? 0 : storage.now() - askedAt);
		} else {
			this.blocks.shift();
			this.topUp();
		}
		this.readAhead.wake();
		return chunk;
	}

	/** The block whose turn it is. */
	private head(): Block | undefined {
		// One that was stopped has left bytes that come before those of the next one.
		if (this.left.from < (this.blocks[0]?.from ?? Infinity)) this.begin(this.nextBytes());
		return this.blocks[0];
	}

	private get fetching(): number {
		return this.blocks.filter((block) => block.fetching).length;
	}

	/** Where the end is not known, nobody can start in the middle. */
	private get isWorthCompany(): boolean {
		const unbegun = this.left.bytes;
		const bytes = unbegun + (this.blocks[0]?.bytesLeft ?? 0);
		return bytes < Infinity && (unbegun > 0 || this.errand.splitting.isWorth(bytes));
	}

	/** On a long line, the others are opened as soon as the first one is seen not to be fast. */
	private async lookEarly(): Promise<void> {
		const { storage, splitting, signal } = this.errand;
		const before = this.received;
		// Where the signal ends the pause, there is nothing left to fetch.
		if (await storage.timer(EARLY_LOOK_MS, signal).catch(() => true)) return;
		if (this.isWorthCompany && splitting.lookEarly(((this.received - before) / EARLY_LOOK_MS) * 1_000)) this.split();
	}

	private learn(waitedMs: number): void {
		if (!this.isWorthCompany) return;
		const others = this.blocks.slice(1);
		const arrived = this.received - this.learned;
		this.learned = this.received;
		const isAlone = others.every(({ queue }) => queue.waiting === 0);
		const bytesLeft = this.left.bytes + this.blocks.reduce((sum, block) => sum + block.bytesLeft, 0);
		const { splitting } = this.errand;
		if (splitting.observe(arrived, waitedMs, isAlone, bytesLeft) && !splitting.isOne) this.split();
	}

	/** Leaves to others what the only block has not fetched. */
	private split(): void {
		const [head] = this.blocks;
		if (!head) return;
		this.left.giveBack(head.endAfter(FIRST_BLOCK_BYTES));
		this.begun = 0;
		this.topUp();
	}

	/** Begins as many blocks as there may be connections. */
	private topUp(): void {
		const { connections } = this.errand.splitting;
		while (this.left.bytes > 0 && this.fetching < connections && this.blocks.length < connections * MOST_BLOCKS_EACH) {
			if (this.isOver || (this.fetching > 0 && !company.take())) return;
			this.begin(this.nextBytes(), { isExtra: this.fetching > 0 });
		}
	}

	/** How many bytes the next block may have. */
	private nextBytes(): number {
		const { connections, isOne, blockBytes } = this.errand.splitting;
		// On its own, a connection goes on to the end rather than asking anew for each block.
		return isOne ? Infinity : nextBlockBytes(blockBytes, ++this.begun, connections, this.left.bytes);
	}

	private begin(most: number, { first, isExtra = false }: { first?: StorageAnswer; isExtra?: boolean } = {}): void {
		const stretch = this.left.take(most);
		if (!stretch) return;
		const block = new Block(this.around, stretch, first);
		const place = this.blocks.findLastIndex(({ from }) => from < block.from);
		this.blocks.splice(place + 1, 0, block);
		void block.fetch().then(() => {
			if (isExtra) company.leave();
			this.topUp();
		});
	}

	/**
	 * A block does not get its bytes, perhaps because the others have all the connections that storage grants. The last
	 * ones make room: as many as storage seems not to want; or one of them, where the bytes are waited for.
	 */
	private hindered(block: Block, asksForFewer: boolean): void {
		const { splitting } = this.errand;
		if (asksForFewer) splitting.refused(this.blocks.filter(({ isServed }) => isServed).length);
		const most = asksForFewer ? splitting.connections : this.fetching - (block === this.blocks[0] ? 1 : 0);
		this.makeRoom(most);
	}

	/** Keeps so many connections: for others who read by now, say. What the last blocks have not fetched is left for later. */
	private makeRoom(most: number): void {
		while (this.fetching > Math.max(1, most)) {
			const last = this.blocks.findLast(({ fetching }) => fetching);
			if (last === undefined || last === this.blocks[0]) return;
			this.left.giveBack(last.stop());
			this.begun = 0;
			if (last.queue.waiting === 0) this.blocks.splice(this.blocks.indexOf(last), 1);
			this.readAhead.release(last);
		}
	}
}
