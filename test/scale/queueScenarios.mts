import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Execution, outputOf } from '../n8n/instance/n8nClient.mts';
import { secondsSince } from '../n8n/process/checks.mts';
import { until } from '../n8n/process/until.mts';
import { assertPackages } from '../n8n/scenarios/packages.mts';
import { assertNoSecrets } from '../n8n/scenarios/secrets.mts';
import { chain, downloadTask, FROM_ITEM, newTasks, oneItemOf, PIXXEL, start, type TaskIds } from '../n8n/scenarios/workflows.mts';
import type { PackageSettingsChange } from '../sandbox/client.mts';
import { callWebhook, GRACEFUL_SHUTDOWN_S, type QueueStage, startedBy, STARTED_WITHIN_MS, webhook } from './queueStage.mts';

/** One thing that must hold where several workers share the work. Throws where it does not hold. */
export interface QueueScenario {
	name: string;
	/** @returns what was seen, for the line that says it passed */
	run(stage: QueueStage): Promise<string>;
}

const MB = 1_000_000;
const NOTICED_WITHIN_MS = 150_000;
/** A dead process's connections are closed by the operating system. */
const CLOSED_WITHIN_MS = 5_000;
/** A cancelled execution's are closed by the node. */
const LET_GO_WITHIN_MS = 3_000;
const TIMEOUT_S = 5;
/** Longer than n8n takes to find that a job has no worker any more. */
const LOST_FOR_MS = 20_000;

const EXECUTIONS = 40;
/** Fewer than this on one of two workers would not be called spread. */
const LEAST_ON_EACH = EXECUTIONS / 5;
const SPREAD_WITHIN_MS = 180_000;

/** How the id of a file begins, by where n8n keeps it. In memory it has none. */
const STORES = { filesystem: 'filesystem-v2', database: 'database', default: undefined };

/** Slow enough that whatever happens to it comes long before the end. */
const slow = { size: 60 * MB, bytesPerSecond: MB };

/** Of the node, and of the workflow. */
interface More {
	parameters?: Record<string, unknown>;
	settings?: Record<string, unknown>;
}

/** Publishes a workflow that downloads the tasks its webhook is called with, as in production. Answers its id. */
async function publishDownload({ client, pixxel }: QueueStage, path: string, { parameters, settings }: More = {}): Promise<string> {
	const workflow = chain(path, [webhook(path), oneItemOf('body.tasks'), downloadTask({ pixxel }, FROM_ITEM, parameters)]);
	const { id } = await client.createWorkflow({ ...workflow, settings: { ...workflow.settings, ...settings } });
	await client.activateWorkflow(id);
	return id;
}

/** Has a task downloaded by a call from outside, which is answered at once. */
async function call({ main }: QueueStage, path: string, task: TaskIds): Promise<void> {
	const [status, text] = await callWebhook(main, path, [task]);
	assert.equal(status, 200, text);
}

/** Has a new task downloaded by a call. */
async function startDownload(stage: QueueStage, name: string, pack: PackageSettingsChange, more?: More) {
	const [task] = (await newTasks(stage.sandbox, 1)) as [TaskIds];
	await stage.sandbox.configurePackage(task.taskId, pack);
	const path = `${name}-${stage.binaryMode}`;
	const workflowId = await publishDownload(stage, path, more);
	await call(stage, path, task);
	return { task, path, workflowId, executionId: await executionOf(stage, workflowId, 'webhook') };
}

/** A download that was started by a call. */
type Started = Awaited<ReturnType<typeof startDownload>>;

/** The newest execution of a workflow that is of this kind, and not a certain other one. */
async function executionOf({ client }: QueueStage, workflowId: string, kind: 'webhook' | 'retry', notId?: string): Promise<string> {
	const newest = async () => (await client.executionsOf(workflowId)).find(({ id, mode }) => mode === kind && id !== notId)?.id;
	return await until('an execution', newest, STARTED_WITHIN_MS);
}

/** Has a new task downloaded, and waits until a worker has it under way, and storage is sending. */
async function midDownload(stage: QueueStage, name: string, pack: PackageSettingsChange, more?: More) {
	const started = await startDownload(stage, name, pack, more);
	const ofExecution = async () => stage.workers.find((each) => startedBy(each).includes(started.executionId));
	const worker = await until('a worker has started the execution', ofExecution, STARTED_WITHIN_MS);
	const isSending = async () => (await stage.sandbox.requests('storage')).some(({ bytesSent, endedAt }) => bytesSent > 0 && endedAt === null);
	await until('bytes on their way', isSending, STARTED_WITHIN_MS);
	return { ...started, worker };
}

/** Does what the Retry button of an execution does, and waits for what comes of it. */
async function retry(stage: QueueStage, { workflowId, executionId }: Started): Promise<Execution> {
	await stage.client.request('POST', `/executions/${executionId}/retry`, { loadWorkflow: false });
	return await stage.client.waitForExecution(await executionOf(stage, workflowId, 'retry'));
}

/** Throws unless an execution has brought a task's package, byte for byte. */
async function assertWholeFile(stage: QueueStage, execution: Execution, { taskId }: Pick<TaskIds, 'taskId'>): Promise<void> {
	assert.equal(execution.status, 'success', execution.error?.message);
	await assertPackages(stage, outputOf(execution, PIXXEL), [taskId]);
}

/** Waits until nobody has a connection to the sandbox. */
export async function noSocketsLeft({ sandbox }: QueueStage, withinMs = 10_000): Promise<void> {
	await until('no connection to the sandbox is open', async () => (await sandbox.state()).openSockets === 0, withinMs);
}

/** Half of them as the Execute button starts them, half as production does. */
const spread: QueueScenario = {
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
		const called = await until('all calls have become executions', allCalled, SPREAD_WITHIN_MS);

		const arrived: string[] = [];
		for (const id of [...byHand, ...called]) {
			const execution = await client.waitForExecution(id, SPREAD_WITHIN_MS);
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
		return `${shares.join(' and ')} executions`;
	},
};

/** What a rolling update does to a worker. */
const gracefulStop: QueueScenario = {
	name: 'SIGTERM in mid-download: the worker finishes the file, then ends',
	async run(stage) {
		const oneConnection = { parameters: { options: { pollInterval: 1, connections: 1 } } };
		const pack = { size: 24 * MB, bytesPerSecond: 2 * MB };
		const { executionId, worker, task } = await midDownload(stage, 'sigterm', pack, oneConnection);

		const askedAt = Date.now();
		process.kill(worker.pid, 'SIGTERM');
		await worker.exited;
		const tookS = (Date.now() - askedAt) / 1000;
		assert.ok(tookS > 2, `the worker ended after ${tookS} s, which is not in mid-download`);
		assert.ok(tookS < GRACEFUL_SHUTDOWN_S, `the worker took ${tookS} s`);

		await assertWholeFile(stage, await stage.client.waitForExecution(executionId), task);
		const gets = await stage.sandbox.requests('storage');
		assert.equal(gets.filter(({ path }) => path.includes(task.taskId)).length, 1, 'the package was fetched once');
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
const killedWorker: QueueScenario = {
	name: 'SIGKILL in mid-download: n8n reports it and starts the error workflow; the same call again brings the whole file',
	async run(stage) {
		const { client, sandbox } = stage;
		const { id: errorWorkflowId } = await client.createWorkflow(errorWorkflow);
		await client.activateWorkflow(errorWorkflowId);
		const settings = { errorWorkflow: errorWorkflowId };
		const started = await midDownload(stage, 'sigkill', slow, { settings });
		const { task, path, workflowId, executionId, worker } = started;

		const killedAt = Date.now();
		await worker.kill();
		await noSocketsLeft(stage, CLOSED_WITHIN_MS);
		const lost = await client.waitForExecution(executionId, NOTICED_WITHIN_MS);
		const noticed = secondsSince(killedAt);
		assert.notEqual(lost.status, 'success');
		await until('the error workflow has run', async () => (await client.executionsOf(errorWorkflowId)).length > 0);
		await stage.replace(worker);

		await sandbox.configurePackage(task.taskId, { bytesPerSecond: null });
		assert.deepEqual((await retry(stage, started)).runData, {}, 'Retry ran a node: does it help now?');

		await call(stage, path, task);
		const again = await executionOf(stage, workflowId, 'webhook', executionId);
		await assertWholeFile(stage, await client.waitForExecution(again), task);
		return `after ${noticed} n8n says "${lost.status}": ${lost.error?.message ?? '(no message)'} Retry ran no node`;
	},
};

/** Puts right what the package suffers from. Throws unless Retry then brings the whole file. */
async function assertRetryHelps(stage: QueueStage, started: Started, cure: PackageSettingsChange): Promise<void> {
	await stage.sandbox.configurePackage(started.task.taskId, cure);
	await assertWholeFile(stage, await retry(stage, started), started.task);
}

/** What a lost machine does, or a power cut: nobody is left to notice, so what n8n has kept of the execution stays. */
const lostMachine: QueueScenario = {
	name: 'Main process and worker killed in mid-download: after the restart n8n says so, and a retry brings the whole file',
	async run(stage) {
		const started = await midDownload(stage, 'lost', slow);
		await Promise.all([stage.main.kill(), started.worker.kill()]);
		await noSocketsLeft(stage, CLOSED_WITHIN_MS);
		await sleep(LOST_FOR_MS);

		await stage.startMain();
		await stage.replace(started.worker);
		const lost = await stage.client.waitForExecution(started.executionId, NOTICED_WITHIN_MS);
		assert.equal(lost.status, 'crashed');
		await assertRetryHelps(stage, started, { bytesPerSecond: null });
		return `n8n says "${lost.status}"`;
	},
};

/** A failure in the node, as opposed to one of the process it ran in. */
const failedDownload: QueueScenario = {
	name: 'A download that the node gave up: a retry brings the whole file',
	async run(stage) {
		const started = await startDownload(stage, 'gave-up', { size: 5 * MB, failStatus: 'failed' });
		const failed = await stage.client.waitForExecution(started.executionId);
		assert.equal(failed.status, 'error');
		assert.match(failed.error?.message ?? '', /could not make this package/);
		await assertRetryHelps(stage, started, { failStatus: null });
		return 'the input is kept';
	},
};

/** n8n's execution timeout, as the workflow's settings or EXECUTIONS_TIMEOUT give it. */
const timedOut: QueueScenario = {
	name: `Execution timeout of ${TIMEOUT_S} s in mid-download: n8n cancels, connections are closed`,
	async run(stage) {
		const startedAt = Date.now();
		const { executionId } = await midDownload(stage, 'timeout', slow, { settings: { executionTimeout: TIMEOUT_S } });
		const execution = await stage.client.waitForExecution(executionId, 60_000);
		assert.equal(execution.status, 'canceled');
		await noSocketsLeft(stage, LET_GO_WITHIN_MS);
		return `n8n says "${execution.status}" after ${secondsSince(startedAt)}`;
	},
};

const noSecrets: QueueScenario = {
	name: 'No key and no signed URL in any log',
	async run(stage) {
		assertNoSecrets(stage.logs(), Object.values(stage.sandbox.keys));
		return `${stage.logs().split('\n').length} lines`;
	},
};

/** The last one looks at what the others have left. */
export const SCENARIOS = [spread, gracefulStop, killedWorker, lostMachine, failedDownload, timedOut, noSecrets];
