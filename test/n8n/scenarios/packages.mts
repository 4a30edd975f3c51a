import assert from 'node:assert/strict';

import { fingerprintOfBody, fingerprintOfFile } from '../instance/fileDigest.mts';
import type { N8nClient } from '../instance/n8nClient.mts';
import type { Item } from '../instance/n8nTypes.mts';
import type { SandboxHandle } from '../../sandbox/client.mts';

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
