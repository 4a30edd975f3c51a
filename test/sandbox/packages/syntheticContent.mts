import { createCipheriv, createHash } from 'node:crypto';
import type { Content } from './packageContent.mts';

const blockSize = 1024 * 1024;
/** Every so many bytes the absolute offset is stamped in, so that swapped, repeated or missing pieces change the digest. */
const stampEvery = 64 * 1024;
const stampSize = 8;
/** The part size S3 tools use for large uploads; it decides the number behind the dash in the ETag. */
const partSize = 8 * 1024 * 1024;

function randomBlock(seed: string): Buffer {
	const key = createHash('sha256').update(seed).digest().subarray(0, 16);
	return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(blockSize));
}

/**
 * Made-up bytes of any length, the same for the same seed. Nothing is kept but one random block: a piece is a copy of it with
 * the offset stamped in, which costs next to nothing even for many GiB.
 */
export function syntheticContent(seed: string, size: number): Content {
	const block = randomBlock(seed);
	const stamp = Buffer.alloc(stampSize);

	function fill(into: Buffer, offset: number): void {
		let done = 0;
		while (done < into.length) {
			const inBlock = (offset + done) % blockSize;
			done += block.copy(into, done, inBlock, Math.min(blockSize, inBlock + into.length - done));
		}
		const end = offset + into.length;
		for (let at = offset - (offset % stampEvery); at < end; at += stampEvery) {
			stamp.writeBigUInt64BE(BigInt(at));
			const from = Math.max(at, offset);
			const to = Math.min(at + stampSize, end);
			if (to > from) stamp.copy(into, from - offset, from - at, to - at);
		}
	}

	const digest = createHash('md5').update(`${seed}/${size}`).digest('hex');
	return { size, version: `${digest}-${Math.max(1, Math.ceil(size / partSize))}`, fill };
}
