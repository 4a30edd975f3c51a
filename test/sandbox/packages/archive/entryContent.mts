import { constants, crc32, deflateRawSync } from 'node:zlib';
import { type Content, contentOf, pieceSize, randomBytes, stampedPieces, stampSize } from '../content.mts';

/** As a raster of 16-bit samples: slopes, with noise on them, so that deflate has work and some success. */
function rasterBytes(size: number): Buffer {
	const noise = randomBytes(Buffer.alloc(16, 'raster'), size);
	const bytes = Buffer.alloc(size);
	for (let at = 0; at + 2 <= size; at += 2) {
		const [column, row] = [(at / 2) % 256, Math.floor(at / 512)];
		bytes.writeUInt16LE(2000 + column * 3 + row * 5 + ((noise[at] ?? 0) & 0x1f), at);
	}
	return bytes;
}

/** What all pieces have in common. */
const body = rasterBytes(pieceSize - stampSize);
/** Ends at a whole byte and is not the last: others may follow. */
const deflatedBody = deflateRawSync(body, { finishFlush: constants.Z_SYNC_FLUSH });

/**
 * CRC-32 over the same bytes is affine in what it goes on from: what each bit of that changes tells the checksum of many GiB, and
 * no byte of them needs to be made.
 */
const bodyCrc32 = crc32(body);
const changes = Array.from({ length: 32 }, (_none, bit) => crc32(body, 2 ** bit) ^ bodyCrc32);
const crc32WithBody = (before: number) => changes.reduce((sum, change, bit) => ((before >>> bit) & 1 ? sum ^ change : sum), bodyCrc32) >>> 0;

/** Last pieces by their length; files of one size share theirs. */
const deflatedEnds = new Map<number, Buffer>();

function deflatedEnd(end: Buffer): Buffer {
	const deflated = deflatedEnds.get(end.length) ?? deflateRawSync(end);
	deflatedEnds.set(end.length, deflated);
	return deflated;
}

/** A block of deflate that holds its bytes as they are. */
function storedBlock(bytes: Buffer): Buffer {
	const header = Buffer.alloc(5);
	header.writeUInt16LE(bytes.length, 1);
	header.writeUInt16LE(bytes.length ^ 0xffff, 3);
	return Buffer.concat([header, bytes]);
}

/** A file of any length, the same for the same name: as it comes out, and as it lies in the archive when it is deflated. */
export function entryContent(name: string, size: number): { plain: Content; deflated: Content; crc32: number } {
	const plain = stampedPieces(name, size, body);
	const { count, mark, lastBody } = plain;
	let sum = 0;
	for (let piece = 0; piece < count; piece++) sum = crc32WithBody(crc32(mark(piece), sum));
	return {
		plain: contentOf(plain),
		deflated: contentOf({ ...plain, mark: (piece) => storedBlock(mark(piece)), body: deflatedBody, lastBody: deflatedEnd(lastBody) }),
		crc32: crc32(lastBody, crc32(mark(count), sum)),
	};
}
