import assert from 'node:assert/strict';

import { outputOf } from '../n8n/instance/n8nClient.mts';
import { PIXXEL } from '../n8n/scenarios/workflows.mts';
import { digestOfFile } from './fileDigest.mts';
import { call, midDownload, newTasks, noSocketsLeft, type QueueScenario } from './queueScenario.mts';
import { GRACEFUL_SHUTDOWN_S } from './queueStage.mts';
import { downloadOnCall } from './workflows.mts';

const SIZE = 24_000_000;
/** One connection, and slow: the signal comes long before the end. */
const BYTES_PER_SECOND = 2_000_000;

/** What a rolling update does to a worker. */
export const gracefulStop: QueueScenario = {
	name: 'SIGTERM in mid-download: the worker finishes the file, then ends',
	async run(stage) {
		const { client, main, pixxel, sandbox, binaryMode } = stage;
		const [task] = await newTasks(stage, 1);
		if (!task) throw new Error('no task');
		await sandbox.configurePackage(task.taskId, { size: SIZE, bytesPerSecond: BYTES_PER_SECOND });
		const path = `sigterm-${binaryMode}`;
		const workflow = await client.createWorkflow(
			downloadOnCall('SIGTERM', path, pixxel, { options: { pollInterval: 1, connections: 1 } }),
		);
		await client.activateWorkflow(workflow.id);
		await call(main, path, task);
		const { executionId, worker } = await midDownload(stage, workflow.id);

		const askedAt = Date.now();
		process.kill(worker.pid, 'SIGTERM');
		await worker.exited;
		const tookS = (Date.now() - askedAt) / 1000;
		assert.ok(tookS > 2, `the worker ended after ${tookS} s, which is not in mid-download`);
		assert.ok(tookS < GRACEFUL_SHUTDOWN_S, `the worker took ${tookS} s`);

		const execution = await client.waitForExecution(executionId);
		assert.equal(execution.status, 'success', execution.error?.message);
		const file = outputOf(execution, PIXXEL)[0]?.binary?.data;
		assert.equal(await digestOfFile(client, file), (await sandbox.packageInfo(task.taskId)).sha256);
		const gets = await sandbox.requests('storage');
		assert.equal(gets.filter(({ path: asked }) => asked.includes(task.taskId)).length, 1, 'the package was fetched once');
		await noSocketsLeft(stage, 10_000);
		await stage.replace(worker);
		return `it ended ${tookS.toFixed(1)} s after the signal`;
	},
};
