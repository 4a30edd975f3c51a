import assert from 'node:assert/strict';

import { until } from '../n8n/process/until.mts';
import { call, newTasks, noSocketsLeft, type QueueScenario } from './queueScenario.mts';
import { assertWholeFile, retry } from './retry.mts';
import { downloadOnCall } from './workflows.mts';

const SIZE = 5_000_000;

/** A failure in the node, as opposed to one of the process it ran in. */
export const failedDownload: QueueScenario = {
	name: 'A download that the node gave up: a retry brings the whole file',
	async run(stage) {
		const { client, main, pixxel, sandbox, binaryMode } = stage;
		const [task] = await newTasks(stage, 1);
		if (!task) throw new Error('no task');
		await sandbox.configurePackage(task.taskId, { size: SIZE, failStatus: 'failed' });
		const path = `gave-up-${binaryMode}`;
		const { id } = await client.createWorkflow(downloadOnCall('Gave up', path, pixxel));
		await client.activateWorkflow(id);
		await call(main, path, task);
		const executionId = await until('an execution', async () => (await client.executionsOf(id))[0]?.id, 10_000);
		const failed = await client.waitForExecution(executionId);
		assert.equal(failed.status, 'error');
		assert.match(failed.error?.message ?? '', /could not make this package/);

		await sandbox.configurePackage(task.taskId, { failStatus: null });
		await assertWholeFile(stage, await retry(stage, id, executionId), task);
		await noSocketsLeft(stage, 10_000);
		return 'the input is kept';
	},
};
