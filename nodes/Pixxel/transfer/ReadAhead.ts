import type { Block } from './Block';
import { mayReadOn } from './lineDecisions';
import type { Splitting } from './Splitting';

/** How far the block whose turn it is runs ahead of the reader. More waits in the system's socket buffer. */
const READ_AHEAD_BYTES = 512 * 1024;

/** The same, as a share of the memory: where many read at the same time, less for each. */
const READ_AHEAD_SHARE = 1 / 12;

/** Has blocks wait that are too far ahead of the reader, so that memory is bounded, and those that are needed first go on. */
export class ReadAhead {
	private readonly sleepers = new Map<Block, () => void>();

	/** @param blocks in the order in which they are read; the reader is at the first one */
	constructor(
		private readonly blocks: readonly Block[],
		private readonly splitting: Pick<Splitting, 'connections' | 'share'>,
	) {}

	/** @returns a promise only where the block has to wait before it takes more bytes: most of the time it has not */
	room(block: Block): Promise<void> | undefined {
		if (this.mayReadOn(block)) return undefined;
		return new Promise((resolve) => this.sleepers.set(block, resolve));
	}

	/** Lets those go on that may by now. */
	wake(): void {
		for (const block of this.sleepers.keys()) if (this.mayReadOn(block)) this.release(block);
	}

	/** Lets a block go on, whatever it is to do. */
	release(block: Block): void {
		this.sleepers.get(block)?.();
		this.sleepers.delete(block);
	}

	private mayReadOn(block: Block): boolean {
		const place = this.blocks.indexOf(block);
		const { connections, share } = this.splitting;
		if (place <= 0) return block.queue.waiting < Math.min(READ_AHEAD_BYTES, share.memory * READ_AHEAD_SHARE);
		const held = this.blocks.reduce((sum, { queue }) => sum + queue.waiting, 0);
		return mayReadOn(place, connections, held, share.memory);
	}
}
