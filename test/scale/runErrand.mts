import assert from 'node:assert/strict';

import { fingerprintOfFile } from '../n8n/instance/fileDigest.mts';
import { outputOf } from '../n8n/instance/n8nClient.mts';
import type { Item } from '../n8n/instance/n8nTypes.mts';
import { assertLink, assertPackages } from '../n8n/scenarios/packages.mts';
import { PIXXEL } from '../n8n/scenarios/workflows.mts';
import { until } from '../n8n/process/until.mts';
import { type Errand, PACKED } from './mixedWork.mts';
import type { SoakStage } from './soakStage.mts';

const WITHIN_MS = 180_000;

function send({ n8n }: SoakStage, path: string, { tasks }: Errand): Promise<Response> {
	return fetch(`${n8n.url}/webhook/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ tasks }),
		signal: AbortSignal.timeout(WITHIN_MS),
	});
}

function messageOf({ json }: Item): string {
	return String(json.error ?? json.message ?? '');
}

/** What came out for one task: one item, or one for each file in its package. */
async function checkItems(stage: SoakStage, { output }: Errand, items: Item[], taskId: string): Promise<void> {
	if (output === 'file') await assertPackages(stage, items, [taskId]);
	else if (output === 'signedUrl') await assertLink(stage, items[0]?.json.signed_url, taskId);
	else await checkFiles(stage, items, taskId, output === 'packageFiles');
	for (const { json } of items) assert.deepEqual([json.id, 'signed_url' in json], [taskId, output === 'signedUrl']);
}

async function checkFiles({ client, sandbox }: SoakStage, items: Item[], taskId: string, withFiles: boolean): Promise<void> {
	for (const [index, { json, binary }] of items.entries()) {
		const { path, size } = json.file as { path: string; size: number };
		const served = await sandbox.packedFile(taskId, path);
		assert.deepEqual([path, size], [PACKED[index], served.size]);
		if (withFiles) assert.deepEqual(await fingerprintOfFile(client, binary?.data), served);
		else assert.equal(binary, undefined);
	}
}

/** Each item where it belongs, in order, with the right bytes or the right message. */
async function check(stage: SoakStage, errand: Errand, executionId: string): Promise<void> {
	const execution = await stage.client.waitForExecution(executionId);
	assert.equal(execution.status, 'success', execution.error?.message);
	const arrived = outputOf(execution, PIXXEL);
	const refused = outputOf(execution, PIXXEL, 1);
	for (const [index, expected] of errand.expected.entries()) {
		const isFiles = errand.output === 'packageFiles' || errand.output === 'packageList';
		const wanted = isFiles && expected === 'package' ? PACKED.length : 1;
		const items = (expected === 'package' ? arrived : refused).splice(0, wanted);
		assert.equal(items.length, wanted, `too little came out for item ${index}, but ${refused.map(messageOf).join('; ')}`);
		for (const { pairedItem } of items) assert.deepEqual(pairedItem, { item: index });
		if (expected === 'package') await checkItems(stage, errand, items, errand.tasks[index]?.taskId ?? '');
		else assert.match(items.map(messageOf).join(), expected);
	}
	assert.deepEqual([arrived.length, refused.length], [0, 0], 'more came out than went in');
}

/** One at a time: n8n does not say which execution a call has started before that has ended. */
let cancelling: Promise<unknown> = Promise.resolve();

async function cancelInMidDownload(stage: SoakStage, errand: Errand): Promise<string> {
	const { client, sandbox, ids } = stage;
	// Or there are thousands to look through.
	await sandbox.forgetRequests();
	const { taskId } = errand.tasks[0] ?? { taskId: '' };
	// n8n answers once the execution has ended, whichever way.
	const answered = send(stage, 'cancelled', errand).then((answer) => answer.text());
	await until(
		'bytes on their way',
		async () => (await sandbox.requests('storage')).some(({ path, bytesSent }) => path.includes(taskId) && bytesSent > 0),
		WITHIN_MS,
	);
	const [running] = await client.executionsOf(ids.cancelled);
	assert.ok(running, 'n8n does not list the execution');
	await client.stopExecution(running.id);
	assert.equal((await client.waitForExecution(running.id)).status, 'canceled');
	await answered;
	return running.id;
}

/** Runs one errand and checks what came out. Throws where it is not what it should be. Returns the execution's id. */
export async function runErrand(stage: SoakStage, errand: Errand): Promise<string> {
	if (errand.isCancelled) {
		const done = cancelling.then(() => cancelInMidDownload(stage, errand));
		cancelling = done.catch(() => undefined);
		return await done;
	}
	const answer = await send(stage, errand.output, errand);
	const text = await answer.text();
	const { executionId } = (answer.ok ? JSON.parse(text) : {}) as { executionId?: string };
	if (!executionId) throw new Error(`n8n answered ${answer.status}: ${text}`);
	await check(stage, errand, executionId);
	return executionId;
}
