import assert from 'node:assert/strict';

import { outputOf } from '../instance/n8nClient.mts';
import type { ScriptedAnswer } from '../../sandbox/types.mts';
import { pixxelCredential } from '../instance/bringUp.mts';
import { assertPackages } from './packages.mts';
import { scenarios } from './stage.mts';
import { chain, downloadTask, FROM_ITEM, oneItemEach, PIXXEL, start } from './workflows.mts';

/** A key that nothing else here is named after, so that it can be looked for. */
export const UNKNOWN_KEY = 'nobody-knows-this-key-4711';

/**
 * What n8n 1 and 2.0 say in place of the credential's own words: on the way to its rules they lose the status that these go
 * by.
 */
const WORDS_OF_OLDER_N8N =
	/^((Authorization failed|Forbidden) - (please|perhaps) check your credentials\??|The resource you are requesting could not be found)$/;

export const refusals = scenarios({
	async 'Wrong key: says what happened and what to do, and does not give the key away'(stage) {
		const pixxel = await stage.client.createCredential(pixxelCredential(stage.sandbox, UNKNOWN_KEY, 'Unknown key'));
		const workflow = chain('Wrong key', [start, downloadTask({ pixxel }, stage.sandbox.known.demo)]);
		const execution = await stage.run(workflow, { endsAs: 'error' });
		const error = execution.runData[PIXXEL]?.[0]?.error;
		assert.equal(error?.name, 'NodeApiError');
		assert.equal(error?.httpCode, '401');
		assert.match(error?.message ?? '', /token is not recognised/);
		assert.match(error?.description ?? '', /copy the key again/);
	},

	async 'Refused task: goes to the error output with its item, while the others go on'(stage) {
		const { demo, failed, second, running } = stage.sandbox.known;
		const download = downloadTask(stage, FROM_ITEM, {}, { onError: 'continueErrorOutput' });
		const execution = await stage.run(chain('Refused task', [...oneItemEach([demo, failed, second, running]), download]));
		const files = outputOf(execution, PIXXEL, 0);
		assert.deepEqual(files.map(({ pairedItem }) => pairedItem), [{ item: 0 }, { item: 2 }]);
		await assertPackages(stage, files, [demo.taskId, second.taskId]);
		const refused = outputOf(execution, PIXXEL, 1);
		assert.deepEqual(refused.map(({ pairedItem }) => pairedItem), [{ item: 1 }, { item: 3 }]);
		assert.match(String(refused[0]?.json.error), /status is failed/);
		for (const { json } of refused) {
			assert.ok(String(json.message).startsWith(`${String(json.error)}. `), String(json.message));
			assert.match(String(json.message), /Aurora|Pixxel Trigger/);
		}
		assert.match(String(refused[1]?.json.error), /status is (running|pending)/);
	},

	async 'Test button: right key OK; wrong, expired and revoked key and wrong address say why'({ client, sandbox, pixxel, n8n }) {
		const isOlder = /^(1|2\.0)\./.test(n8n.installation.release.version);
		const press = async (apiKey: string, baseUrl = sandbox.url) =>
			await client.testCredential(pixxel.id, pixxelCredential({ keys: sandbox.keys, url: baseUrl }, apiKey));
		const refused = async (pressed: ReturnType<typeof press>, words: RegExp) => {
			const { status, message } = await pressed;
			assert.equal(status, 'Error');
			if (!isOlder || !WORDS_OF_OLDER_N8N.test(message)) assert.match(message, words);
		};
		assert.equal((await press(sandbox.keys.valid)).status, 'OK');
		assert.equal((await press(` ${sandbox.keys.valid} `, `${sandbox.url}/`)).status, 'OK');
		await refused(press(UNKNOWN_KEY), /does not recognise this key \(HTTP 401\)/);
		await refused(press(sandbox.keys.expired), /refuses this key \(HTTP 403\).*expired/);
		await refused(press(sandbox.keys.revoked), /refuses this key \(HTTP 403\).*revoked/);
		await refused(press(sandbox.keys.valid, `${sandbox.url}/elsewhere`), /no Pixxel API at this address/);
		const answered = async (answer: ScriptedAnswer, words: RegExp) => {
			await sandbox.script({}, answer);
			await refused(press(sandbox.keys.valid), words);
		};
		await answered({ status: 302, headers: { location: 'https://elsewhere.example/' } }, /points somewhere else \(HTTP 302\)/);
		await answered({ status: 429 }, /slow down \(HTTP 429\)/);
		await answered({ status: 503 }, /trouble answering \(HTTP 503\)/);
		await answered({ text: '<html>Welcome</html>' }, /not the Pixxel API/);
		await answered({ body: { hello: 'world' } }, /not the Pixxel API/);
	},
});
