import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { AwsCrc32c } from '@aws-crypto/crc32c';
import type { Content } from '../packages/content.mts';
import type { AnnouncedDigest } from '../types.mts';

const stepSize = 1024 * 1024;
const known = new WeakMap<Content, Record<string, Promise<Buffer>>>();

async function compute(content: Content, algorithm: string): Promise<Buffer> {
	const hash = algorithm === 'crc32c' ? new AwsCrc32c() : createHash(algorithm);
	const step = Buffer.allocUnsafe(Math.min(stepSize, content.size));
	for (let offset = 0; offset < content.size; offset += stepSize) {
		const piece = step.subarray(0, Math.min(stepSize, content.size - offset));
		content.fill(piece, offset);
		hash.update(piece);
		// Other requests must not wait for a digest of many GiB.
		if (offset % (8 * stepSize) === 0) await breathe();
	}
	return Buffer.from(await hash.digest());
}

/** A digest of a whole package; computed once. */
export function digestOf(content: Content, algorithm: string): Promise<Buffer> {
	const digests = known.get(content) ?? {};
	known.set(content, digests);
	return (digests[algorithm] ??= compute(content, algorithm));
}

/**
 * Headers that announce digests of the whole package, base64 as the services write them.
 * `isWrong`: every value is a well-formed digest of something else.
 */
export async function digestHeaders(content: Content, announced: AnnouncedDigest[], isPartial: boolean, isWrong = false) {
	const headers: Record<string, string> = {};
	for (const name of announced) {
		const algorithm = /md5|sha1|sha256|crc32c/.exec(name)?.[0] ?? '';
		const digest = Buffer.from(await digestOf(content, algorithm));
		if (isWrong) digest.writeUInt8(digest.readUInt8() ^ 0xff);
		const value = digest.toString('base64');
		if (name.startsWith('x-goog-hash:')) headers['x-goog-hash'] = `${headers['x-goog-hash'] ?? ''},${algorithm}=${value}`.replace(/^,/, '');
		else headers[name === 'content-md5' && isPartial ? 'x-ms-blob-content-md5' : name] = value;
	}
	return headers;
}
