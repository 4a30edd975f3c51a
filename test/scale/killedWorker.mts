import assert from 'node:assert/strict';

import { outputOf } from '../n8n/n8nClient.mts';
import { until } from '../n8n/scenarios/scenario.mts';
import { PIXXEL } from '../n8n/scenarios/workflows.mts';
import { digestOfFile } from './fileDigest.mts';
import { call, midDownload, newTasks, noSocketsLeft, type QueueScenario } from './queueScenario.mts';
import { downloadOnCall } from './workflows.mts';

const SIZE = 60_000_000;
const BYTES_PER_SECOND = 1_000_000;
const NOTICED_WITHIN_MS = 150_000;

/** What a crash, an empty memory or a lost machine do to a worker. */
export const killedWorker: QueueScenario = {
	name: 'SIGKILL in mid-download: n8n reports it, and a retry brings the whole file',
	async run(stage) {
		const { client, main, pixxel, sandbox, binaryMode } = stage;
		const [task] = await newTasks(stage, 1);
		if (!task) throw new Error('no task');
		await sandbox.configurePackage(task.taskId, { size: SIZE, bytesPerSecond: BYTES_PER_SECOND });
		const path = `sigkill-${binaryMode}`;
		const workflow = await client.createWorkflow(downloadOnCall('SIGKILL', path, pixxel));
		await client.activateWorkflow(workflow.id);
		await call(main, path, task);
		const { executionId, worker } = await midDownload(stage, workflow.id);

		const killedAt = Date.now();
		await worker.kill();
		await noSocketsLeft(stage, 5_000);
		const lost = await client.waitForExecution(executionId, NOTICED_WITHIN_MS);
		const noticedS = (Date.now() - killedAt) / 1000;
		assert.notEqual(lost.status, 'success');
		await stage.replace(worker);

		await sandbox.configurePackage(task.taskId, { bytesPerSecond: null });
		await client.request('POST', `/executions/${executionId}/retry`, { loadWorkflow: false });
		const retryId = await until(
			'the retry is an execution',
			async () => (await client.executionsOf(workflow.id)).find(({ mode }) => mode === 'retry')?.id,
			10_000,
		);
		const retry = await client.waitForExecution(retryId);
		assert.equal(retry.status, 'success', retry.error?.message);
		const file = outputOf(retry, PIXXEL)[0]?.binary?.data;
		const served = await sandbox.packageInfo(task.taskId);
		assert.equal(served.size, SIZE);
		assert.equal(await digestOfFile(client, file), served.sha256);
		await noSocketsLeft(stage, 10_000);
		return `after ${noticedS.toFixed(0)} s n8n says "${lost.status}": ${lost.error?.message ?? '(no message)'}`;
	},
};
