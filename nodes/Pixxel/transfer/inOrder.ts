import { Block, type OpenBody } from './Block';
import type { RemotePackage } from './RemotePackage';
import type { Splitting } from './Splitting';
import type { StorageAnswer } from './storage';

const MIB = 1024 * 1024;

/** A request for less than this is hardly worth its round trip. */
const SMALLEST_BLOCK_BYTES = 2 * MIB;

/** While no more than this waits for the reader, a connection that is done before its turn may begin one block more. */
const LITTLE_WAITING_BYTES = 32 * MIB;

/** How far a connection that fetches all the rest runs ahead of the reader. More waits in the system's socket buffer. */
const READ_AHEAD_BYTES = MIB / 2;

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
		return Math.max(SMALLEST_BLOCK_BYTES, Math.floor(Math.min(staggered, (total - next) / 3)));
	};

	start(new Block(remote, 0, total, READ_AHEAD_BYTES, first));
	for (let head = blocks[0]; head; head = blocks[0]) {
		const askedAt = head.queue.waiting > 0 ? undefined : Date.now();
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
