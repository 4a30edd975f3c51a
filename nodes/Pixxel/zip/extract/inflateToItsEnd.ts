import type { DataFault } from '../format/DataError';
import { Decompression } from './Decompression';

/** More than streams hold back by themselves. */
const EAGER_BYTES = 1024 * 1024;

/**
 * Inflates raw deflate data up to where it ends by itself, whatever follows. Checks nothing else: `inflate` is for archives that are right
 * about where data ends.
 *
 * Node 24 takes what follows for an error, and a stream that ends in one drops what nobody has read. So the last part is read before any of it
 * is handed on. Node 20 passes over what follows.
 *
 * @param size bytes that are to come out: what goes beyond them is cut off soon after
 * @throws DataError; and whatever reading the compressed bytes throws
 */
export async function* inflateToItsEnd(compressed: AsyncGenerator<Buffer>, size: number): AsyncGenerator<Buffer> {
	const stream = new Decompression('deflate-raw', compressed, faultOf);
	let left = size;
	const next = async () => {
		const chunk = left < 0 ? undefined : await stream.read();
		left -= chunk?.length ?? 0;
		return chunk && Buffer.from(chunk);
	};
	try {
		while (left > EAGER_BYTES) {
			const chunk = await next();
			if (!chunk) return;
			yield chunk;
		}
		const rest: Buffer[] = [];
		for (let chunk = await next(); chunk; chunk = await next()) rest.push(chunk);
		yield* rest;
	} finally {
		await stream.close();
	}
}

function faultOf(error: unknown): DataFault | undefined {
	return (error as { code?: string }).code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END' ? undefined : 'damaged';
}
