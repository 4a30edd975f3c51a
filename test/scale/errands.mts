import assert from 'node:assert/strict';

import { bringUp, pixxelCredential } from '../n8n/instance/bringUp.mts';
import { type Item, outputOf, type Workflow } from '../n8n/instance/n8nClient.mts';
import type { Report } from '../n8n/process/runCommand.mts';
import { until } from '../n8n/process/until.mts';
import { assertLink, assertPackages, fingerprintOfFile } from '../n8n/scenarios/packages.mts';
import { chain, downloadTask, FROM_ITEM, oneItemOf, PIXXEL } from '../n8n/scenarios/workflows.mts';
import { startSandbox } from '../sandbox/client.mts';
import { type Errand, PACKED } from './mixedWork.mts';
import { callWebhook, webhook } from './queueStage.mts';

const WITHIN_MS = 180_000;

/** What running errands takes. */
export type SoakStage = Awaited<ReturnType<typeof setUpSoak>>;

const REPORT = 'Report';

/**
 * Webhook → one item for each task → the node, with what it refuses on its second output → the execution's number, which
 * the webhook answers with once all is done.
 */
function soakWorkflow(path: string, pixxel: { id: string; name: string }, output: string): Workflow {
	const workflow = chain(path, [
		webhook(path, 'lastNode'),
		oneItemOf('body.tasks'),
		downloadTask({ pixxel }, FROM_ITEM, { output }, { onError: 'continueErrorOutput' }),
		{
			name: REPORT,
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: '={{ { executionId: $execution.id } }}', options: {} },
			executeOnce: true,
		},
	]);
	workflow.connections[PIXXEL]?.main?.push([{ node: REPORT, type: 'main', index: 0 }]);
	return workflow;
}

/** Brings up n8n, the sandbox and the workflows, one for each output, whose webhooks are named after them. */
export async function setUpSoak(say: Report) {
	const own = { folder: 'soak', isEmpty: true, runsAlready: 'npm run soak is running here already', env: { N8N_METRICS: 'true' } };
	const { n8n, client } = await bringUp(own, say);
	const sandbox = await startSandbox({ readyAfterMs: 0 });
	const pixxel = await client.saveCredential(pixxelCredential(sandbox));
	const publish = async (path: string, output = path) => {
		const { id } = await client.createWorkflow(soakWorkflow(path, pixxel, output));
		await client.activateWorkflow(id);
		return id;
	};
	for (const output of ['file', 'packageFiles', 'packageList', 'signedUrl']) await publish(output);
	return { n8n, client, sandbox, cancelledId: await publish('cancelled', 'file') };
}

const messageOf = ({ json }: Item) => String(json.error ?? json.message ?? '');

/** What came out for one task: one item, or one for each file in its package. */
async function checkItems(stage: SoakStage, output: Errand['output'], items: Item[], taskId: string): Promise<void> {
	for (const { json } of items) assert.deepEqual([json.id, 'signed_url' in json], [taskId, output === 'signedUrl']);
	if (output === 'file') return await assertPackages(stage, items, [taskId]);
	if (output === 'signedUrl') return await assertLink(stage, items[0]?.json.signed_url, taskId);
	for (const [index, { json, binary }] of items.entries()) {
		const { path, size } = json.file as { path: string; size: number };
		const served = await stage.sandbox.packedFile(taskId, path);
		assert.deepEqual([path, size], [PACKED[index], served.size]);
		if (output === 'packageFiles') assert.deepEqual(await fingerprintOfFile(stage.client, binary?.data), served);
		else assert.equal(binary, undefined);
	}
}

/** Each item where it belongs, in order, with the right bytes or the right message. */
async function check(stage: SoakStage, { output, tasks, refusals }: Errand, executionId: string): Promise<void> {
	const execution = await stage.client.waitForExecution(executionId);
	assert.equal(execution.status, 'success', execution.error?.message);
	const [arrived, refused] = [outputOf(execution, PIXXEL), outputOf(execution, PIXXEL, 1)];
	const itemsOfPackage = output.startsWith('package') ? PACKED.length : 1;
	for (const [index, refusal] of refusals.entries()) {
		const items = refusal ? refused.splice(0, 1) : arrived.splice(0, itemsOfPackage);
		assert.equal(items.length, refusal ? 1 : itemsOfPackage, `too little came out for item ${index}, but ${refused.map(messageOf).join('; ')}`);
		for (const { pairedItem } of items) assert.deepEqual(pairedItem, { item: index });
		if (refusal) assert.match(items.map(messageOf).join(), refusal);
		else await checkItems(stage, output, items, tasks[index]?.taskId ?? '');
	}
	assert.deepEqual([arrived.length, refused.length], [0, 0], 'more came out than went in');
}

/** One at a time: n8n does not say which execution a call has started before that has ended. */
let cancelling: Promise<unknown> = Promise.resolve();

async function cancelInMidDownload({ n8n, client, sandbox, cancelledId }: SoakStage, { tasks }: Errand): Promise<string> {
	// Or there are thousands to look through.
	await sandbox.forgetRequests();
	const taskId = tasks[0]?.taskId ?? '';
	// n8n answers once the execution has ended, whichever way.
	const answered = callWebhook(n8n, 'cancelled', tasks, WITHIN_MS);
	const isSending = async () => (await sandbox.requests('storage')).some(({ path, bytesSent }) => path.includes(taskId) && bytesSent > 0);
	await until('bytes on their way', isSending, WITHIN_MS);
	const [running] = await client.executionsOf(cancelledId);
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
	const [status, text] = await callWebhook(stage.n8n, errand.output, errand.tasks, WITHIN_MS);
	const { executionId } = (status === 200 ? JSON.parse(text) : {}) as { executionId?: string };
	if (!executionId) throw new Error(`n8n answered ${status}: ${text}`);
	await check(stage, errand, executionId);
	return executionId;
}
