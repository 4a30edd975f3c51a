import { createCipheriv, createHash } from 'node:crypto';

/** The bytes of one version of a package, readable from any offset. */
export interface Content {
	/** Bytes. */
	readonly size: number;
	/** The ETag's text, without quotes. */
	readonly version: string;
	/** Fills the buffer with the bytes from `offset` on. The caller keeps within `size`. */
	fill(into: Buffer, offset: number): void;
	/** Of a made-up archive: one of its files as it comes out; undefined: there is none of this path. */
	file?(path: string): Content | undefined;
}

export const md5 = (of: string | Buffer) => createHash('md5').update(of);

export const bytesContent = (bytes: Buffer): Content => ({
	size: bytes.length,
	get version() {
		return md5(bytes).digest('hex');
	},
	fill: (into, offset) => void bytes.copy(into, 0, offset),
});

/** Bytes that look random, the same for the same key of 16 bytes. */
export const randomBytes = (key: Buffer, size: number) => createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));

/** Copies what two stretches of bytes have in common; each begins at an offset of its own. */
function copyOverlap(from: Buffer, at: number, into: Buffer, offset: number): void {
	const first = Math.max(at, offset);
	const end = Math.min(at + from.length, offset + into.length);
	if (end > first) from.copy(into, first - offset, first - at, end - at);
}

/** What is made up consists of pieces of this size and a shorter last one, which may be empty. */
export const pieceSize = 64 * 1024;
/** Each piece begins with whose it is and which it is: swapped, repeated, missing and foreign pieces show. */
export const stampSize = 16;

/** How pieces are laid out: each is a mark of its own, then what all have in common, but for the last. */
export interface Pieces {
	version: string;
	/** Whole ones; the last one comes after them. */
	count: number;
	mark: (piece: number) => Buffer;
	body: Buffer;
	lastBody: Buffer;
}

/** Nothing of it is kept but one piece: each byte follows from its offset, which costs next to nothing even for many GiB. */
export function contentOf({ version, count, mark, body, lastBody }: Pieces): Content {
	const length = mark(0).length + body.length;
	return {
		size: count * length + mark(count).length + lastBody.length,
		version,
		fill: (into, offset) => {
			const lastTouched = Math.min(count, Math.floor((offset + into.length - 1) / length));
			for (let piece = Math.min(count, Math.floor(offset / length)); piece <= lastTouched; piece++) {
				const [at, stamp] = [piece * length, mark(piece)];
				copyOverlap(stamp, at, into, offset);
				copyOverlap(piece < count ? body : lastBody, at + stamp.length, into, offset);
			}
		},
	};
}

/** Pieces of `size` bytes in all, the same for the same name. `body`: a piece without its stamp. */
export function stampedPieces(name: string, size: number, body: Buffer): Pieces {
	const digest = md5(`${name}/${size}`).digest();
	const count = Math.floor(size / pieceSize);
	const rest = size % pieceSize;
	const mark = (piece: number) => {
		const stamp = Buffer.from(digest);
		stamp.writeDoubleBE(piece, 8);
		return piece < count ? stamp : stamp.subarray(0, rest);
	};
	return { version: digest.toString('hex'), count, mark, body, lastBody: body.subarray(0, Math.max(0, rest - stampSize)) };
}

/** Made-up bytes of any length, the same for the same seed. */
export const syntheticContent = (seed: string, size: number): Content =>
	contentOf(stampedPieces(seed, size, randomBytes(md5(seed).digest(), pieceSize - stampSize)));
