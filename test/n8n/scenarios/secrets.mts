import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { UNKNOWN_KEY } from './refusals.mts';
import type { Scenario } from './stage.mts';

/** How the sandbox signs its links. */
const SIGNATURE = /X-Sandbox-Signature/i;
const METADATA_SUFFIX = '.metadata';
const MOST_AT_ONCE = 100;
const MOST_PAGES = 20;

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

		let looked = 0;
		let before = '';
		for (let page = 0; page < MOST_PAGES; page++) {
			const { results } = await client.request<{ results: Array<{ id: string; workflowId: string }> }>(
				'GET',
				`/executions?limit=${MOST_AT_ONCE}${before && `&lastId=${before}`}`,
			);
			for (const { id, workflowId } of results) {
				const text = await client.executionText(id);
				assert.equal(holdsKey(text), false, `a key is in execution ${id}`);
				if (!givesLinks.has(workflowId)) assert.equal(SIGNATURE.test(text), false, `a signed link is in execution ${id}`);
				looked += 1;
			}
			before = results.at(-1)?.id ?? '';
			if (results.length < MOST_AT_ONCE) break;
			assert.ok(page + 1 < MOST_PAGES, 'there are more executions than the scenarios can have left');
		}
		assert.ok(looked > 0, 'there was no execution to look at');

		const stored = [join(n8n.userFolder, '.n8n', 'binaryData'), join(n8n.userFolder, '.n8n', 'storage')];
		for (const folder of stored.filter(existsSync)) {
			for (const name of readdirSync(folder, { recursive: true }).map(String)) {
				if (!name.endsWith(METADATA_SUFFIX)) continue;
				const text = readFileSync(join(folder, name), 'utf8');
				assert.equal(holdsKey(text) || SIGNATURE.test(text), false, `beside the file ${name}`);
			}
		}
	},
};
