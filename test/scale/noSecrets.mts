import assert from 'node:assert/strict';

import type { SandboxHandle } from '../sandbox/client.mts';

/** The part of a signed URL that makes it one. */
const SIGNATURE = /X-Sandbox-Signature=/i;

/** Throws where a text holds the key, or a signed URL, and shows the line. */
export function assertNoSecrets(what: string, text: string, { keys }: Pick<SandboxHandle, 'keys'>): void {
	const line = text.split('\n').find((each) => each.includes(keys.valid) || SIGNATURE.test(each));
	assert.equal(line, undefined, `${what} holds a secret`);
}
