import { createHash, type Hash } from 'crypto';
import { Failure } from '../errors/Failure';
import type { StorageAnswer } from './remote/Storage';

interface Announced {
	algorithm: 'md5' | 'sha1' | 'sha256';
	/** Base64. */
	expected: string;
}

const BASE64_LENGTH = { md5: 24, sha1: 28, sha256: 44 };

/**
 * The digests of the whole package that storage announces: `x-goog-hash` (GCS), `Content-MD5` (Azure),
 * `x-amz-checksum-sha256` and `-sha1` (S3). S3 marks digests made of its parts' digests with a hyphen and
 * the number of parts, or by `x-amz-checksum-type: COMPOSITE`; those say nothing about the bytes.
 *
 * Of what is stored compressed, and unpacked on its way, they are of other bytes: by n8n's client, or by GCS, which then says how it is
 * stored (`x-goog-stored-content-encoding`).
 *
 * @param answer to the request for the whole package; where it carries a part of it, its `Content-MD5` is that of the part
 */
export function announcedDigests({ status, headers, isDecoded = false }: Pick<StorageAnswer, 'status' | 'headers' | 'isDecoded'>): Announced[] {
	if (isDecoded) return [];
	const isAsStored = /^(identity)?$/i.test(headers['x-goog-stored-content-encoding']?.trim() ?? '');
	const md5 = isAsStored ? /(?:^|,)\s*md5=([^,\s]+)/.exec(headers['x-goog-hash'] ?? '')?.[1] : undefined;
	const composite = headers['x-amz-checksum-type']?.toUpperCase() === 'COMPOSITE';
	const found: Array<[Announced['algorithm'], string | undefined]> = [
		['md5', md5 ?? (status === 206 ? undefined : headers['content-md5'])],
		['sha256', composite ? undefined : headers['x-amz-checksum-sha256']],
		['sha1', composite ? undefined : headers['x-amz-checksum-sha1']],
	];
	return found.flatMap(([algorithm, expected]) =>
		expected?.trim().length === BASE64_LENGTH[algorithm] ? [{ algorithm, expected: expected.trim() }] : [],
	);
}

/** Follows a package's bytes, in order, and compares with what storage announced. */
export class DigestCheck {
	private readonly checks: Array<Announced & { hash: Hash }>;

	constructor(announced: Announced[]) {
		this.checks = announced.map((one) => ({ ...one, hash: createHash(one.algorithm) }));
	}

	update(chunk: Buffer): void {
		for (const { hash } of this.checks) hash.update(chunk);
	}

	/** @returns what to say where the bytes are not the announced ones */
	mismatch(): Failure | undefined {
		const wrong = this.checks.find(({ expected, hash }) => hash.digest('base64') !== expected);
		return (
			wrong &&
			new Failure(
				`The package does not match the ${wrong.algorithm.toUpperCase()} digest that storage announces`,
				'No file was output. Run the node again; if it happens again, request the package again in Aurora, or tell Pixxel.',
			)
		);
	}
}
