import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import type { IBinaryData } from 'n8n-workflow';

import type { SandboxHandle } from '../../sandbox/client.mts';
import type { Item, N8nClient } from '../instance/n8nClient.mts';

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
const fingerprintOfBody = async ({ body }: Response) => await fingerprint((body ?? []) as AsyncIterable<Uint8Array> | never[]);

/** The same of a file in an item, read through n8n's own download endpoint where there is something to read. */
export async function fingerprintOfFile(client: N8nClient, file: IBinaryData | undefined): Promise<Fingerprint> {
	if (!file) throw new Error('there is no file in the item');
	if (file.id === undefined) return await fingerprint([Buffer.from(file.data, 'base64')]);
	return await fingerprintOfBody(await client.downloadBinary(file.id));
}

/** Throws unless some items hold the packages of these tasks or jobs, in this order, byte for byte. */
export async function assertPackages(
	{ client, sandbox }: { client: N8nClient; sandbox: SandboxHandle },
	items: Item[],
	ids: string[],
): Promise<void> {
	assert.deepEqual(items.map(({ json }) => json.id), ids);
	for (const [index, id] of ids.entries()) {
		const { sha256, size } = await sandbox.packageInfo(id);
		assert.deepEqual(await fingerprintOfFile(client, items[index]?.binary?.data), { sha256, size });
	}
}

/** Throws unless a text holds a link, and that leads to this package. */
export async function assertLink({ sandbox }: { sandbox: SandboxHandle }, text: unknown, id: string): Promise<void> {
	const link = /https?:[^"\\\s]+/.exec(String(text))?.[0];
	assert.ok(link, `no link in: ${String(text)}`);
	const { sha256, size } = await sandbox.packageInfo(id);
	assert.deepEqual(await fingerprintOfBody(await fetch(link)), { sha256, size });
}
