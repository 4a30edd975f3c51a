import assert from 'node:assert/strict';

import { outputOf } from '../n8n/instance/n8nClient.mts';
import { until } from '../n8n/process/until.mts';
import { chain, downloadTask, newTasks, PIXXEL, start } from '../n8n/scenarios/workflows.mts';
import { assertWholeFile, call, noSocketsLeft, publishDownload, type QueueScenario, startedBy } from './queueScenario.mts';

const EXECUTIONS = 40;
/** Fewer than this on one of two workers would not be called spread. */
const LEAST_ON_EACH = EXECUTIONS / 5;
const WITHIN_MS = 180_000;

/** How the id of a file begins, by where n8n keeps it. In memory it has none. */
const STORES = { filesystem: 'filesystem-v2', database: 'database', default: undefined };

/** Half of them as the Execute button starts them, half as production does. */
export const spread: QueueScenario = {
	name: `${EXECUTIONS} executions over two workers, every file right`,
	async run(stage) {
		const { client, sandbox, workers, binaryMode } = stage;
		await sandbox.configurePackage('*', { size: 3_000_000, readyAfterMs: 700 });
		const tasks = await newTasks(sandbox, EXECUTIONS);
		const path = `spread-${binaryMode}`;
		const workflowId = await publishDownload(stage, path);
		const startedBefore = workers.map((worker) => startedBy(worker).length);

		const byHand: string[] = [];
		for (const [index, task] of tasks.entries()) {
			if (index % 2 === 0) {
				await call(stage, path, task);
				continue;
			}
			const { id } = await client.createWorkflow(chain(`Spread ${index}`, [start, downloadTask(stage, task)]));
			byHand.push(await client.runWorkflow(id));
		}
		const allCalled = async () => {
			const executions = await client.executionsOf(workflowId);
			return executions.length === EXECUTIONS / 2 && executions.map(({ id }) => id);
		};
		const called = await until('all calls have become executions', allCalled, WITHIN_MS);

		const arrived: string[] = [];
		for (const id of [...byHand, ...called]) {
			const execution = await client.waitForExecution(id, WITHIN_MS);
			const [item] = outputOf(execution, PIXXEL);
			const taskId = String(item?.json.id);
			await assertWholeFile(stage, execution, { taskId });
			assert.equal(item?.binary?.data?.id?.split(':')[0], STORES[binaryMode]);
			arrived.push(taskId);
		}
		assert.deepEqual(arrived.sort(), tasks.map(({ taskId }) => taskId).sort());

		const done = workers.map((worker, index) => startedBy(worker).slice(startedBefore[index]));
		assert.deepEqual(done.flat().sort(), [...byHand, ...called].sort(), 'each execution ran on one worker, once');
		const shares = done.map((executions) => executions.length);
		assert.ok(Math.min(...shares) >= LEAST_ON_EACH, `the workers had ${shares.join(' and ')}`);
		await noSocketsLeft(stage);
		return `${shares.join(' and ')} executions`;
	},
};
