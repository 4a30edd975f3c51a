import assert from 'node:assert/strict';

import { call, midDownload, newTasks, noSocketsLeft, type QueueScenario } from './queueScenario.mts';
import { downloadOnCall } from './workflows.mts';

const TIMEOUT_S = 5;
const SIZE = 100_000_000;
const BYTES_PER_SECOND = 1_000_000;
const LET_GO_WITHIN_MS = 3_000;

/** n8n's execution timeout, as the workflow's settings or EXECUTIONS_TIMEOUT give it. */
export const timedOut: QueueScenario = {
	name: `Execution timeout of ${TIMEOUT_S} s in mid-download: n8n cancels, connections are closed`,
	async run(stage) {
		const { client, main, pixxel, sandbox, binaryMode } = stage;
		const [task] = await newTasks(stage, 1);
		if (!task) throw new Error('no task');
		await sandbox.configurePackage(task.taskId, { size: SIZE, bytesPerSecond: BYTES_PER_SECOND });
		const path = `timeout-${binaryMode}`;
		const workflow = downloadOnCall('Timeout', path, pixxel);
		const { id } = await client.createWorkflow({ ...workflow, settings: { ...workflow.settings, executionTimeout: TIMEOUT_S } });
		await client.activateWorkflow(id);
		await call(main, path, task);
		const startedAt = Date.now();
		const { executionId } = await midDownload(stage, id);
		const execution = await client.waitForExecution(executionId, 60_000);
		const seconds = (Date.now() - startedAt) / 1000;
		assert.equal(execution.status, 'canceled');
		await noSocketsLeft(stage, LET_GO_WITHIN_MS);
		return `n8n says "${execution.status}" after ${seconds.toFixed(0)} s`;
	},
};
