import assert from 'node:assert/strict';

import { bringUp, pixxelCredential } from '../n8n/instance/bringUp.mts';
import { type Item, type N8nClient, outputOf, type Workflow } from '../n8n/instance/n8nClient.mts';
import type { N8nServer } from '../n8n/instance/startN8n.mts';
import type { Report } from '../n8n/process/runCommand.mts';
import { until } from '../n8n/process/until.mts';
import { assertLink, assertPackages, fingerprintOfFile } from '../n8n/scenarios/packages.mts';
import { chain, downloadTask, FROM_ITEM, oneItemOf, PIXXEL } from '../n8n/scenarios/workflows.mts';
import { type SandboxHandle, startSandbox } from '../sandbox/client.mts';
import { type Errand, PACKED } from './mixedWork.mts';
import { callWebhook, webhook } from './queueScenario.mts';

const WITHIN_MS = 180_000;

/** What running errands takes. */
export interface SoakStage {
	n8n: N8nServer;
	client: N8nClient;
	sandbox: SandboxHandle;
	/** The ids of the workflows, by their webhooks. */
	ids: Record<Errand['output'] | 'cancelled', string>;
}

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

/** Brings up n8n, the sandbox and the workflows. */
export async function setUpSoak(say: Report): Promise<SoakStage> {
	const own = { folder: 'soak', isEmpty: true, runsAlready: 'npm run soak is running here already', env: { N8N_METRICS: 'true' } };
	const { n8n, client } = await bringUp(own, say);
	const sandbox = await startSandbox({ readyAfterMs: 0 });
	const pixxel = await client.saveCredential(pixxelCredential(sandbox));
	const publish = async (path: string, output = path) => {
		const { id } = await client.createWorkflow(soakWorkflow(path, pixxel, output));
		await client.activateWorkflow(id);
		return id;
	};
	const ids = {
		file: await publish('file'),
		cancelled: await publish('cancelled', 'file'),
		packageFiles: await publish('packageFiles'),
		packageList: await publish('packageList'),
		signedUrl: await publish('signedUrl'),
	};
	// Right after publishing n8n may not know the webhook yet.
	await until('n8n takes calls', async () => (await callWebhook(n8n, 'signedUrl', {}))[0] !== 404, 20_000);
	return { n8n, client, sandbox, ids };
}

const messageOf = ({ json }: Item) => String(json.error ?? json.message ?? '');

/** What came out for one task: one item, or one for each file in its package. */
async function checkItems(stage: SoakStage, output: Errand['output'], items: Item[], taskId: string): Promise<void> {
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
async function check(stage: SoakStage, { output, tasks, expected }: Errand, executionId: string): Promise<void> {
	const execution = await stage.client.waitForExecution(executionId);
	assert.equal(execution.status, 'success', execution.error?.message);
	const arrived = outputOf(execution, PIXXEL);
	const refused = outputOf(execution, PIXXEL, 1);
	for (const [index, what] of expected.entries()) {
		const isFiles = output === 'packageFiles' || output === 'packageList';
		const wanted = isFiles && what === 'package' ? PACKED.length : 1;
		const items = (what === 'package' ? arrived : refused).splice(0, wanted);
		assert.equal(items.length, wanted, `too little came out for item ${index}, but ${refused.map(messageOf).join('; ')}`);
		for (const { pairedItem } of items) assert.deepEqual(pairedItem, { item: index });
		if (what === 'package') await checkItems(stage, output, items, tasks[index]?.taskId ?? '');
		else assert.match(items.map(messageOf).join(), what);
	}
	assert.deepEqual([arrived.length, refused.length], [0, 0], 'more came out than went in');
}

/** One at a time: n8n does not say which execution a call has started before that has ended. */
let cancelling: Promise<unknown> = Promise.resolve();

async function cancelInMidDownload({ n8n, client, sandbox, ids }: SoakStage, { tasks }: Errand): Promise<string> {
	// Or there are thousands to look through.
	await sandbox.forgetRequests();
	const taskId = tasks[0]?.taskId ?? '';
	// n8n answers once the execution has ended, whichever way.
	const answered = callWebhook(n8n, 'cancelled', { tasks }, WITHIN_MS);
	const isSending = async () => (await sandbox.requests('storage')).some(({ path, bytesSent }) => path.includes(taskId) && bytesSent > 0);
	await until('bytes on their way', isSending, WITHIN_MS);
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
	const [status, text] = await callWebhook(stage.n8n, errand.output, { tasks: errand.tasks }, WITHIN_MS);
	const { executionId } = (status === 200 ? JSON.parse(text) : {}) as { executionId?: string };
	if (!executionId) throw new Error(`n8n answered ${status}: ${text}`);
	await check(stage, errand, executionId);
	return executionId;
}
