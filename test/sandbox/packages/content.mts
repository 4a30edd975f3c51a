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
export function copyOverlap(from: Buffer, at: number, into: Buffer, offset: number): void {
	const first = Math.max(at, offset);
	const end = Math.min(at + from.length, offset + into.length);
	if (end > first) from.copy(into, first - offset, first - at, end - at);
}

const blockSize = 1024 * 1024;
/** Every so many bytes the absolute offset is stamped in, so that swapped, repeated or missing pieces change the digest. */
const stampEvery = 64 * 1024;

/**
 * Made-up bytes of any length, the same for the same seed. Nothing is kept but one random block: a piece is a copy of it with
 * the offset stamped in, which costs next to nothing even for many GiB.
 */
export function syntheticContent(seed: string, size: number): Content {
	const block = randomBytes(createHash('sha256').update(seed).digest().subarray(0, 16), blockSize);
	const stamp = Buffer.alloc(8);
	return {
		size,
		version: md5(`${seed}/${size}`).digest('hex'),
		fill: (into, offset) => {
			for (let done = 0; done < into.length; ) done += block.copy(into, done, (offset + done) % blockSize);
			for (let at = offset - (offset % stampEvery); at < offset + into.length; at += stampEvery) {
				stamp.writeBigUInt64BE(BigInt(at));
				copyOverlap(stamp, at, into, offset);
			}
		},
	};
}
