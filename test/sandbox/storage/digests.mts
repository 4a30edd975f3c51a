import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { Crc32c } from '@aws-crypto/crc32c';
import type { Content } from '../packages/packageContent.mts';
import type { AnnouncedDigest } from '../types.mts';

export type Algorithm = 'md5' | 'sha1' | 'sha256' | 'crc32c';

const stepSize = 1024 * 1024;
const cache = new WeakMap<Content, Map<Algorithm, Promise<Buffer>>>();

/** CRC-32C with the two methods of Node's own digests. */
function createCrc32c() {
	const crc = new Crc32c();
	const digest = () => {
		const bytes = Buffer.alloc(4);
		bytes.writeUInt32BE(crc.digest());
		return bytes;
	};
	return { update: (bytes: Buffer) => crc.update(bytes), digest };
}

async function compute(content: Content, algorithm: Algorithm): Promise<Buffer> {
	const hash = algorithm === 'crc32c' ? createCrc32c() : createHash(algorithm);
	const step = Buffer.allocUnsafe(Math.min(stepSize, content.size));
	for (let offset = 0; offset < content.size; offset += stepSize) {
		const piece = step.subarray(0, Math.min(stepSize, content.size - offset));
		content.fill(piece, offset);
		hash.update(piece);
		// Other requests must not wait for a digest of many GiB.
		if (offset % (8 * stepSize) === 0) await breathe();
	}
	return hash.digest();
}

/** A digest of a whole package; computed once. */
export function digestOf(content: Content, algorithm: Algorithm): Promise<Buffer> {
	const known = cache.get(content) ?? new Map<Algorithm, Promise<Buffer>>();
	cache.set(content, known);
	const digest = known.get(algorithm) ?? compute(content, algorithm);
	known.set(algorithm, digest);
	return digest;
}

const algorithms: Record<AnnouncedDigest, Algorithm> = {
	'x-goog-hash:md5': 'md5',
	'x-goog-hash:crc32c': 'crc32c',
	'content-md5': 'md5',
	'x-amz-checksum-sha256': 'sha256',
	'x-amz-checksum-sha1': 'sha1',
	'x-amz-checksum-crc32c': 'crc32c',
};

/**
 * Headers that announce digests of the whole package, base64 as the services write them.
 * `wrong`: every value is a well-formed digest of something else.
 */
export async function digestHeaders(
	content: Content,
	announced: AnnouncedDigest[],
	partial: boolean,
	wrong: boolean,
): Promise<Record<string, string>> {
	const headers: Record<string, string> = {};
	for (const name of announced) {
		const digest = Buffer.from(await digestOf(content, algorithms[name]));
		if (wrong) digest[0] = (digest[0] ?? 0) ^ 0xff;
		const value = digest.toString('base64');
		if (name.startsWith('x-goog-hash:')) {
			const part = `${algorithms[name]}=${value}`;
			headers['x-goog-hash'] = headers['x-goog-hash'] === undefined ? part : `${headers['x-goog-hash']},${part}`;
		} else {
			headers[name === 'content-md5' && partial ? 'x-ms-blob-content-md5' : name] = value;
		}
	}
	return headers;
}
