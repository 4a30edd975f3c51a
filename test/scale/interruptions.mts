import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../n8n/process/until.mts';
import { chain } from '../n8n/scenarios/workflows.mts';
import { assertWholeFile, call, executionOf, midDownload, noSocketsLeft, type QueueScenario, retry, startDownload } from './queueScenario.mts';
import { GRACEFUL_SHUTDOWN_S } from './queueStage.mts';

const MB = 1_000_000;
const NOTICED_WITHIN_MS = 150_000;
/** A dead process's connections are closed by the operating system. */
const CLOSED_WITHIN_MS = 5_000;
/** A cancelled execution's are closed by the node. */
const LET_GO_WITHIN_MS = 3_000;
const TIMEOUT_S = 5;
/** Longer than n8n takes to find that a job has no worker any more. */
const LOST_FOR_MS = 20_000;

/** Slow enough that whatever happens to it comes long before the end. */
const slow = { size: 60 * MB, bytesPerSecond: MB };

const secondsSince = (startedAt: number) => (Date.now() - startedAt) / 1000;

/** What a rolling update does to a worker. */
export const gracefulStop: QueueScenario = {
	name: 'SIGTERM in mid-download: the worker finishes the file, then ends',
	async run(stage) {
		const oneConnection = { parameters: { options: { pollInterval: 1, connections: 1 } } };
		const pack = { size: 24 * MB, bytesPerSecond: 2 * MB };
		const { executionId, worker, task } = await midDownload(stage, 'sigterm', pack, oneConnection);

		const askedAt = Date.now();
		process.kill(worker.pid, 'SIGTERM');
		await worker.exited;
		const tookS = secondsSince(askedAt);
		assert.ok(tookS > 2, `the worker ended after ${tookS} s, which is not in mid-download`);
		assert.ok(tookS < GRACEFUL_SHUTDOWN_S, `the worker took ${tookS} s`);

		await assertWholeFile(stage, await stage.client.waitForExecution(executionId), task);
		const gets = await stage.sandbox.requests('storage');
		assert.equal(gets.filter(({ path }) => path.includes(task.taskId)).length, 1, 'the package was fetched once');
		await noSocketsLeft(stage);
		await stage.replace(worker);
		return `it ended ${tookS.toFixed(1)} s after the signal`;
	},
};

const errorWorkflow = chain('When something is lost', [
	{ name: 'Error Trigger', type: 'n8n-nodes-base.errorTrigger', typeVersion: 1, parameters: {} },
	{ name: 'Nothing More', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
]);

/**
 * What a crash or a full memory do to a worker. n8n's main process notices, and replaces all it has kept of the execution
 * by what it says of it: its own Retry has nothing left to run. The download itself can be had again at any time.
 */
export const killedWorker: QueueScenario = {
	name: 'SIGKILL in mid-download: n8n reports it and starts the error workflow; the same call again brings the whole file',
	async run(stage) {
		const { client, sandbox } = stage;
		const { id: errorWorkflowId } = await client.createWorkflow(errorWorkflow);
		await client.activateWorkflow(errorWorkflowId);
		const settings = { errorWorkflow: errorWorkflowId };
		const { task, path, workflowId, executionId, worker } = await midDownload(stage, 'sigkill', slow, { settings });

		const killedAt = Date.now();
		await worker.kill();
		await noSocketsLeft(stage, CLOSED_WITHIN_MS);
		const lost = await client.waitForExecution(executionId, NOTICED_WITHIN_MS);
		const noticedS = secondsSince(killedAt);
		assert.notEqual(lost.status, 'success');
		await until('the error workflow has run', async () => (await client.executionsOf(errorWorkflowId)).length > 0);
		await stage.replace(worker);

		await sandbox.configurePackage(task.taskId, { bytesPerSecond: null });
		const retried = await retry(stage, workflowId, executionId);
		const retryHelps = retried.status === 'success';
		if (retryHelps) await assertWholeFile(stage, retried, task);
		else assert.deepEqual(retried.runData, {}, 'the retry ran a node, and still brought no file');

		await call(stage, path, task);
		const again = await executionOf(stage, workflowId, ({ id, mode }) => mode === 'webhook' && id !== executionId);
		await assertWholeFile(stage, await client.waitForExecution(again), task);
		await noSocketsLeft(stage);
		const said = `after ${noticedS.toFixed(0)} s n8n says "${lost.status}": ${lost.error?.message ?? '(no message)'}`;
		return `${said} Retry ${retryHelps ? 'brought the file' : 'ran no node'}`;
	},
};

/** What a lost machine does, or a power cut: nobody is left to notice, so what n8n has kept of the execution stays. */
export const lostMachine: QueueScenario = {
	name: 'Main process and worker killed in mid-download: after the restart n8n says so, and a retry brings the whole file',
	async run(stage) {
		const { task, workflowId, executionId, worker } = await midDownload(stage, 'lost', slow);
		await Promise.all([stage.main.kill(), worker.kill()]);
		await noSocketsLeft(stage, CLOSED_WITHIN_MS);
		await sleep(LOST_FOR_MS);

		await stage.startMain();
		await stage.replace(worker);
		const lost = await stage.client.waitForExecution(executionId, NOTICED_WITHIN_MS);
		assert.equal(lost.status, 'crashed');
		await stage.sandbox.configurePackage(task.taskId, { bytesPerSecond: null });
		await assertWholeFile(stage, await retry(stage, workflowId, executionId), task);
		await noSocketsLeft(stage);
		return `n8n says "${lost.status}"`;
	},
};

/** A failure in the node, as opposed to one of the process it ran in. */
export const failedDownload: QueueScenario = {
	name: 'A download that the node gave up: a retry brings the whole file',
	async run(stage) {
		const { task, workflowId, executionId } = await startDownload(stage, 'gave-up', { size: 5 * MB, failStatus: 'failed' });
		const failed = await stage.client.waitForExecution(executionId);
		assert.equal(failed.status, 'error');
		assert.match(failed.error?.message ?? '', /could not make this package/);

		await stage.sandbox.configurePackage(task.taskId, { failStatus: null });
		await assertWholeFile(stage, await retry(stage, workflowId, executionId), task);
		await noSocketsLeft(stage);
		return 'the input is kept';
	},
};

/** n8n's execution timeout, as the workflow's settings or EXECUTIONS_TIMEOUT give it. */
export const timedOut: QueueScenario = {
	name: `Execution timeout of ${TIMEOUT_S} s in mid-download: n8n cancels, connections are closed`,
	async run(stage) {
		const startedAt = Date.now();
		const { executionId } = await midDownload(stage, 'timeout', slow, { settings: { executionTimeout: TIMEOUT_S } });
		const execution = await stage.client.waitForExecution(executionId, 60_000);
		assert.equal(execution.status, 'canceled');
		await noSocketsLeft(stage, LET_GO_WITHIN_MS);
		return `n8n says "${execution.status}" after ${secondsSince(startedAt).toFixed(0)} s`;
	},
};
