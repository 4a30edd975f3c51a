import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Execution } from '../n8n/instance/n8nTypes.mts';
import { chain, type TaskIds } from '../n8n/scenarios/workflows.mts';
import { until } from '../n8n/process/until.mts';
import { call, midDownload, newTasks, noSocketsLeft, type QueueScenario } from './queueScenario.mts';
import type { QueueStage } from './queueStage.mts';
import { assertWholeFile, retry } from './retry.mts';
import { downloadOnCall } from './workflows.mts';

const SIZE = 60_000_000;
const BYTES_PER_SECOND = 1_000_000;
const NOTICED_WITHIN_MS = 150_000;
/** A dead process's connections are closed by the operating system. */
const CLOSED_WITHIN_MS = 5_000;

const errorWorkflow = chain('When something is lost', [
	{ name: 'Error Trigger', type: 'n8n-nodes-base.errorTrigger', typeVersion: 1, parameters: {} },
	{ name: 'Nothing More', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
]);

/** A slow download under way, as production starts it. */
async function begin(stage: QueueStage, path: string, settings: Record<string, unknown> = {}) {
	const { client, main, pixxel, sandbox } = stage;
	const [task] = await newTasks(stage, 1);
	if (!task) throw new Error('no task');
	await sandbox.configurePackage(task.taskId, { size: SIZE, bytesPerSecond: BYTES_PER_SECOND });
	const workflow = downloadOnCall(path, path, pixxel);
	const { id } = await client.createWorkflow({ ...workflow, settings: { ...workflow.settings, ...settings } });
	await client.activateWorkflow(id);
	await call(main, path, task);
	return { task, workflowId: id, ...(await midDownload(stage, id)) };
}

async function retryWithFastLine(stage: QueueStage, workflowId: string, executionId: string, { taskId }: TaskIds): Promise<Execution> {
	await stage.sandbox.configurePackage(taskId, { bytesPerSecond: null });
	return await retry(stage, workflowId, executionId);
}

/**
 * What a crash or a full memory do to a worker. n8n's main process notices, and replaces all it has kept of the execution
 * by what it says of it: its own Retry has nothing left to run. The download itself can be had again at any time.
 */
export const killedWorker: QueueScenario = {
	name: 'SIGKILL in mid-download: n8n reports it and starts the error workflow; the same call again brings the whole file',
	async run(stage) {
		const { client, main, binaryMode } = stage;
		const { id: errorWorkflowId } = await client.createWorkflow(errorWorkflow);
		await client.activateWorkflow(errorWorkflowId);
		const path = `sigkill-${binaryMode}`;
		const { task, workflowId, executionId, worker } = await begin(stage, path, { errorWorkflow: errorWorkflowId });

		const killedAt = Date.now();
		await worker.kill();
		await noSocketsLeft(stage, CLOSED_WITHIN_MS);
		const lost = await client.waitForExecution(executionId, NOTICED_WITHIN_MS);
		const noticedS = (Date.now() - killedAt) / 1000;
		assert.notEqual(lost.status, 'success');
		await until('the error workflow has run', async () => (await client.executionsOf(errorWorkflowId)).length > 0, 10_000);
		await stage.replace(worker);

		const retried = await retryWithFastLine(stage, workflowId, executionId, task);
		const retryHelps = retried.status === 'success';
		if (retryHelps) await assertWholeFile(stage, retried, task);
		else assert.deepEqual(retried.runData, {}, 'the retry ran a node, and still brought no file');

		await call(main, path, task);
		const again = await until(
			'the second call is an execution',
			async () => (await client.executionsOf(workflowId)).find(({ id, mode }) => mode === 'webhook' && id !== executionId)?.id,
			10_000,
		);
		await assertWholeFile(stage, await client.waitForExecution(again), task);
		await noSocketsLeft(stage, 10_000);
		const said = `after ${noticedS.toFixed(0)} s n8n says "${lost.status}": ${lost.error?.message ?? '(no message)'}`;
		return `${said} Retry ${retryHelps ? 'brought the file' : 'ran no node'}`;
	},
};

/** Longer than n8n takes to find that a job has no worker any more. */
const LOST_FOR_MS = 20_000;

/** What a lost machine does, or a power cut: nobody is left to notice, so what n8n has kept of the execution stays. */
export const lostMachine: QueueScenario = {
	name: 'Main process and worker killed in mid-download: after the restart n8n says so, and a retry brings the whole file',
	async run(stage) {
		const path = `lost-${stage.binaryMode}`;
		const { task, workflowId, executionId, worker } = await begin(stage, path);
		await Promise.all([stage.main.kill(), worker.kill()]);
		await noSocketsLeft(stage, CLOSED_WITHIN_MS);
		await sleep(LOST_FOR_MS);

		await stage.restartMain();
		await stage.replace(worker);
		const lost = await stage.client.waitForExecution(executionId, NOTICED_WITHIN_MS);
		assert.equal(lost.status, 'crashed');
		await assertWholeFile(stage, await retryWithFastLine(stage, workflowId, executionId, task), task);
		await noSocketsLeft(stage, 10_000);
		return `n8n says "${lost.status}"`;
	},
};
