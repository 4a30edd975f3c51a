import { releaseBuffer } from '../../bytes/releaseBuffer';
import type { DataFault } from '../format/DataError';
import { Decompression } from './Decompression';

/** What is to come out. */
interface Expected {
	size: number;
	crc32: number;
}

/** n8n stores files with Node's `writeFile`, which waits for each write: larger ones are no faster, and many files may be under way. */
const PIECE_BYTES = 256 * 1024;

/** Goes before deflate data in gzip: signature, method, and then no name, no time, no system. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/**
 * Inflates raw deflate data by the web's `DecompressionStream`: `zlib` is out of bounds in n8n Cloud. It works in a thread of
 * its own, while the next bytes arrive and the last ones are stored. It gets the data as gzip, which tells checksum and length at
 * its end: so it checks them itself, in a fraction of the time that JavaScript takes. Its chunks of 16 KiB are gathered here, at once:
 * handed on one by one, they take a tenth of the time.
 *
 * What stands behind the data is refused, and `inflateToItsEnd` is there for it, with one exception: Node 20 passes over it where the entry
 * brings an end of gzip of its own, and what follows begins with a zero byte. Then its own checksum was checked instead of the expected one.
 * That is nothing to gain: whoever makes such an entry could have stated that checksum. How long it is, whoever counts finds out all the same.
 *
 * @param compressed exactly the bytes of one file
 * @param expected of its size, gzip holds 32 bits: whether it is the other 4 GiB is left to whoever counts
 * @throws DataError; and whatever reading the compressed bytes throws
 */
export async function* inflate(compressed: AsyncGenerator<Buffer>, expected: Expected): AsyncGenerator<Buffer> {
	const stream = new Decompression('gzip', asGzip(compressed, expected), faultOf);
	try {
		let left = expected.size;
		for (let hasEnded = false; !hasEnded; ) {
			const piece = await nextPiece(stream, left);
			left -= piece.bytes.length;
			hasEnded = piece.isLast;
			if (piece.bytes.length > 0) yield piece.bytes;
		}
	} finally {
		await stream.close();
	}
}

async function* asGzip(compressed: AsyncGenerator<Buffer>, expected: Expected): AsyncGenerator<Buffer> {
	yield GZIP_HEADER;
	yield* compressed;
	yield gzipTrailer(expected);
}

function gzipTrailer({ crc32, size }: Expected): Buffer {
	const trailer = Buffer.alloc(8);
	trailer.writeUInt32LE(crc32);
	trailer.writeUInt32LE(size % 2 ** 32, 4);
	return trailer;
}

/** Which of its checks was not passed, zlib tells in words only. From Node 24 on, they are those of the cause. */
function faultOf(error: unknown): DataFault {
	const { message, cause } = error as Error & { cause?: Partial<Error> };
	const words = cause?.message ?? message;
	if (words === 'incorrect data check') return 'another checksum';
	return words === 'incorrect length check' ? 'another size' : 'damaged';
}

/** @param left bytes that are still expected; what comes beyond them is handed on as it comes */
async function nextPiece(stream: Decompression, left: number): Promise<{ bytes: Buffer; isLast: boolean }> {
	const space = Buffer.allocUnsafeSlow(Math.max(0, Math.min(PIECE_BYTES, left)));
	let used = 0;
	for (;;) {
		const value = await stream.read();
		if (!value) return { bytes: space.subarray(0, used), isLast: true };
		if (used + value.length > space.length) {
			return { bytes: Buffer.concat([space.subarray(0, used), value]), isLast: false };
		}
		space.set(value, used);
		used += value.length;
		releaseBuffer(value);
		if (used === space.length) return { bytes: space, isLast: false };
	}
}
