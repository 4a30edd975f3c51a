import { constants, crc32, deflateRawSync } from 'node:zlib';
import { type Content, copyOverlap, md5, randomBytes } from '../content.mts';

/**
 * CRC-32 is the remainder of a polynomial over two values: what comes before other bytes is multiplied by a power of x. So the
 * checksum of many GiB follows from those of its pieces, and no byte needs to be made.
 */
const polynomial = 0xedb88320;
/** The polynomials 1 and x; the highest bit is the lowest power. */
const [one, x] = [0x80000000, 0x40000000];

function times(a: number, b: number): number {
	let product = 0;
	for (let bit = 31, shifted = b; bit >= 0; bit--) {
		if ((a >>> bit) & 1) product ^= shifted;
		shifted = shifted & 1 ? (shifted >>> 1) ^ polynomial : shifted >>> 1;
	}
	return product >>> 0;
}

function shiftBy(bytes: number): number {
	let [power, square] = [one, x];
	for (let bits = bytes * 8; bits > 0; bits = Math.floor(bits / 2)) {
		if (bits % 2 === 1) power = times(power, square);
		square = times(square, square);
	}
	return power;
}

const shifts = new Map<number, number>();

/** The checksum of some bytes and, after them, `length` more. */
function joinedCrc32(first: number, second: number, length: number): number {
	const shift = shifts.get(length) ?? shiftBy(length);
	shifts.set(length, shift);
	return (times(shift, first) ^ second) >>> 0;
}

/** Every file of an archive is made of pieces of this size and a shorter last one, which may be empty. */
const pieceSize = 64 * 1024;
/** Each piece begins with whose it is and which it is: swapped, repeated, missing and foreign pieces show. */
const stampSize = 16;
const storedBlockHeaderSize = 5;

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
const bodyCrc32 = crc32(body);
/** Ends at a whole byte and is not the last: others may follow. */
const deflatedBody = deflateRawSync(body, { finishFlush: constants.Z_SYNC_FLUSH });
const deflatedPieceSize = storedBlockHeaderSize + stampSize + deflatedBody.length;

/** Last pieces by their length; files of one size share theirs. */
const deflatedEnds = new Map<number, Buffer>();

function deflatedEnd(length: number): Buffer {
	const end = deflatedEnds.get(length) ?? deflateRawSync(body.subarray(0, length));
	deflatedEnds.set(length, end);
	return end;
}

/** A block of deflate that holds its bytes as they are. */
function storedBlock(bytes: Buffer): Buffer {
	const header = Buffer.alloc(storedBlockHeaderSize);
	header.writeUInt16LE(bytes.length, 1);
	header.writeUInt16LE(bytes.length ^ 0xffff, 3);
	return Buffer.concat([header, bytes]);
}

/**
 * A file of any length, the same for the same name: as it comes out, and as it lies in the archive when it is deflated. Nothing of
 * it is kept: each byte follows from its offset.
 */
export function entryContent(name: string, size: number): { plain: Content; deflated: Content; crc32: number } {
	const digest = md5(`${name}/${size}`).digest();
	const pieces = Math.floor(size / pieceSize);
	const rest = size % pieceSize;
	const stampOf = (piece: number) => {
		const stamp = Buffer.from(digest);
		stamp.writeDoubleBE(piece, 8);
		return stamp.subarray(0, piece < pieces ? stampSize : Math.min(stampSize, rest));
	};
	const endLength = Math.max(0, rest - stampSize);
	const end = body.subarray(0, endLength);

	/** Both forms are laid out alike: the stamp, then the body. */
	const content = (sizeOfPiece: number, stamp: (piece: number) => Buffer, middle: Buffer, last: Buffer): Content => ({
		size: pieces * sizeOfPiece + stamp(pieces).length + last.length,
		version: digest.toString('hex'),
		fill: (into, offset) => {
			const lastTouched = Math.min(pieces, Math.floor((offset + into.length - 1) / sizeOfPiece));
			for (let piece = Math.floor(Math.min(offset / sizeOfPiece, pieces)); piece <= lastTouched; piece++) {
				const [at, mark] = [piece * sizeOfPiece, stamp(piece)];
				copyOverlap(mark, at, into, offset);
				copyOverlap(piece < pieces ? middle : last, at + mark.length, into, offset);
			}
		},
	});

	let sum = 0;
	for (let piece = 0; piece < pieces; piece++) {
		sum = joinedCrc32(sum, joinedCrc32(crc32(stampOf(piece)), bodyCrc32, body.length), pieceSize);
	}
	return {
		plain: content(pieceSize, stampOf, body, end),
		deflated: content(deflatedPieceSize, (piece) => storedBlock(stampOf(piece)), deflatedBody, deflatedEnd(endLength)),
		crc32: joinedCrc32(sum, crc32(end, crc32(stampOf(pieces))), rest),
	};
}
