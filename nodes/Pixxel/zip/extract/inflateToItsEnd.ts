import { DataError } from './DataError';

/** So little at a time that what comes out of it (at most a thousand times as much) fits into memory. */
const WRITTEN_BYTES = 4 * 1024;

/** What Node 24 says where bytes follow the data; Node 20 passes over them. */
const TRAILING_JUNK = 'ERR_TRAILING_JUNK_AFTER_STREAM_END';

/**
 * Inflates raw deflate data up to where it ends by itself, whatever follows. Checks nothing else, and takes its time: `inflate` is for
 * archives that are right about where data ends.
 *
 * What comes out is read whether or not it is wanted yet: a stream that ends in an error drops what nobody has read.
 *
 * @throws DataError; and whatever reading the compressed bytes throws
 */
export async function* inflateToItsEnd(compressed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
	const stream = new DecompressionStream('deflate-raw');
	const writer = stream.writable.getWriter();
	const reader = stream.readable.getReader();
	const ready: Buffer[] = [];
	const state = { hasEnded: false, isDamaged: false };

	const readAll = async () => {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			ready.push(Buffer.from(value));
		}
	};
	const reading = readAll().catch((cause: { code?: string }) => void (state.isDamaged = cause.code !== TRAILING_JUNK)).finally(() => (state.hasEnded = true));

	try {
		for await (const piece of smallPieces(compressed)) {
			if (state.hasEnded) break;
			// What is wrong with the data, the reader hears of as well.
			await writer.write(piece).catch(() => {});
			yield* ready.splice(0);
		}
		await writer.close().catch(() => {});
		await reading;
		yield* ready;
		if (state.isDamaged) throw new DataError('damaged');
	} finally {
		await reader.cancel().catch(() => {});
		await writer.abort().catch(() => {});
	}
}

async function* smallPieces(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer<ArrayBuffer>> {
	for await (const chunk of chunks) {
		for (let at = 0; at < chunk.length; at += WRITTEN_BYTES) yield Buffer.from(chunk.subarray(at, at + WRITTEN_BYTES));
	}
}
