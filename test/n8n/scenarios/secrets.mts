import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { UNKNOWN_KEY } from './refusals.mts';
import type { Scenario } from './stage.mts';

/** How the sandbox signs its links. */
const SIGNATURE = /X-Sandbox-Signature/i;
/** More executions than the scenarios leave. */
const MOST_EXECUTIONS = 100;

/** Throws where a log is empty, or holds one of some keys or a signed link; shows the line. */
export function assertNoSecrets(log: string, keys: readonly string[]): void {
	assert.ok(log.length > 0, 'there is no log');
	const guilty = log.split('\n').find((line) => SIGNATURE.test(line) || keys.some((key) => line.includes(key)));
	assert.equal(guilty, undefined, 'in the log');
}

/** To be run last: looks through all that the other scenarios left. */
export const secrets: Scenario = {
	name: 'Secrets: no key and no signed link in n8n’s log, in any execution, or beside any file',
	async run({ client, n8n, sandbox, givesLinks }) {
		const keys = [...Object.values(sandbox.keys), UNKNOWN_KEY];
		const holdsKey = (text: string) => keys.some((key) => text.includes(key));

		assertNoSecrets(n8n.log(), keys);

		type Left = Array<{ id: string; workflowId: string }>;
		const { results } = await client.request<{ results: Left }>('GET', `/executions?limit=${MOST_EXECUTIONS}`);
		assert.ok(results.length > 0 && results.length < MOST_EXECUTIONS, `${results.length} executions to look at`);
		for (const { id, workflowId } of results) {
			const text = JSON.stringify(await client.request('GET', `/executions/${id}`));
			assert.equal(holdsKey(text), false, `a key is in execution ${id}`);
			if (!givesLinks.has(workflowId)) assert.equal(SIGNATURE.test(text), false, `a signed link is in execution ${id}`);
		}

		const stored = [join(n8n.userFolder, '.n8n', 'binaryData'), join(n8n.userFolder, '.n8n', 'storage')];
		for (const folder of stored.filter(existsSync)) {
			for (const name of readdirSync(folder, { recursive: true }).map(String)) {
				if (!name.endsWith('.metadata')) continue;
				const text = readFileSync(join(folder, name), 'utf8');
				assert.equal(holdsKey(text) || SIGNATURE.test(text), false, `beside the file ${name}`);
			}
		}
	},
};
