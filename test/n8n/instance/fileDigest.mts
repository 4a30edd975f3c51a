import { createHash } from 'node:crypto';

import type { N8nClient } from './n8nClient.mts';
import type { BinaryFile } from './n8nTypes.mts';

/** What a file is known by. */
export interface Fingerprint {
	sha256: string;
	size: number;
}

/** Reads bytes as they come, and keeps none of them: there may be many. */
export async function fingerprint(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Fingerprint> {
	const hash = createHash('sha256');
	let size = 0;
	for await (const chunk of bytes) {
		hash.update(chunk);
		size += chunk.length;
	}
	return { sha256: hash.digest('hex'), size };
}

/** The same of an answer's body. */
export async function fingerprintOfBody({ body }: Response): Promise<Fingerprint> {
	return await fingerprint((body ?? []) as AsyncIterable<Uint8Array> | never[]);
}

/** The same of a file in an item, read through n8n's own download endpoint where there is something to read. */
export async function fingerprintOfFile(client: N8nClient, file: BinaryFile | undefined): Promise<Fingerprint> {
	if (!file) throw new Error('there is no file in the item');
	if (file.id === undefined) return await fingerprint([Buffer.from(file.data, 'base64')]);
	return await fingerprintOfBody(await client.downloadBinary(file.id));
}
