import assert from 'node:assert/strict';

import { type N8nClient, outputOf } from '../n8n/instance/n8nClient.mts';
import type { Item } from '../n8n/instance/n8nTypes.mts';
import { PIXXEL } from '../n8n/scenarios/workflows.mts';
import { until } from '../n8n/process/until.mts';
import type { SandboxHandle } from '../sandbox/client.mts';
import { digestOfBody, digestOfFile } from './fileDigest.mts';
import type { Errand } from './mixedWork.mts';

const WITHIN_MS = 180_000;

/** What running errands takes. */
export interface Errands {
	url: string;
	client: N8nClient;
	sandbox: SandboxHandle;
	/** The id of the workflow behind a webhook. */
	idOf(path: string): string;
}

function send({ url }: Errands, path: string, { tasks }: Errand): Promise<Response> {
	return fetch(`${url}/webhook/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ tasks }),
		signal: AbortSignal.timeout(WITHIN_MS),
	});
}

function messageOf({ json }: Item): string {
	return String(json.error ?? json.message ?? '');
}

async function checkItem({ client, sandbox }: Errands, { output }: Errand, item: Item, taskId: string): Promise<void> {
	const served = await sandbox.packageInfo(taskId);
	assert.equal(item.json.id, taskId);
	if (output === 'signedUrl') {
		assert.equal(await digestOfBody(await fetch(String(item.json.signed_url))), served.sha256);
		return;
	}
	assert.equal('signed_url' in item.json, false);
	assert.equal(await digestOfFile(client, item.binary?.data), served.sha256);
}

/** Each item where it belongs, in order, with the right bytes or the right message. */
async function check(errands: Errands, errand: Errand, executionId: string): Promise<void> {
	const execution = await errands.client.waitForExecution(executionId);
	assert.equal(execution.status, 'success', execution.error?.message);
	const arrived = outputOf(execution, PIXXEL);
	const refused = outputOf(execution, PIXXEL, 1);
	for (const [index, expected] of errand.expected.entries()) {
		const item = (expected === 'package' ? arrived : refused).shift();
		assert.ok(item, `nothing came out for item ${index}, but ${refused.map(messageOf).join('; ')}`);
		assert.deepEqual(item.pairedItem, { item: index });
		if (expected === 'package') await checkItem(errands, errand, item, errand.tasks[index]?.taskId ?? '');
		else assert.match(messageOf(item), expected);
	}
	assert.deepEqual([arrived.length, refused.length], [0, 0], 'more came out than went in');
}

/** One at a time: n8n does not say which execution a call has started before that has ended. */
let cancelling: Promise<unknown> = Promise.resolve();

async function cancelInMidDownload(errands: Errands, errand: Errand): Promise<string> {
	const { client, sandbox, idOf } = errands;
	// Or there are thousands to look through.
	await sandbox.forgetRequests();
	const { taskId } = errand.tasks[0] ?? { taskId: '' };
	// n8n answers once the execution has ended, whichever way.
	const answered = send(errands, 'cancelled', errand).then((answer) => answer.text());
	await until(
		'bytes on their way',
		async () => (await sandbox.requests('storage')).some(({ path, bytesSent }) => path.includes(taskId) && bytesSent > 0),
		WITHIN_MS,
	);
	const [running] = await client.executionsOf(idOf('cancelled'));
	assert.ok(running, 'n8n does not list the execution');
	await client.stopExecution(running.id);
	assert.equal((await client.waitForExecution(running.id)).status, 'canceled');
	await answered;
	return running.id;
}

/** Runs one errand and checks what came out. Throws where it is not what it should be. Returns the execution's id. */
export async function runErrand(errands: Errands, errand: Errand): Promise<string> {
	if (errand.isCancelled) {
		const done = cancelling.then(() => cancelInMidDownload(errands, errand));
		cancelling = done.catch(() => undefined);
		return await done;
	}
	const answer = await send(errands, errand.output, errand);
	const text = await answer.text();
	const { executionId } = (answer.ok ? JSON.parse(text) : {}) as { executionId?: string };
	if (!executionId) throw new Error(`n8n answered ${answer.status}: ${text}`);
	await check(errands, errand, executionId);
	return executionId;
}
