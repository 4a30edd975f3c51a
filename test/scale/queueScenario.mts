import assert from 'node:assert/strict';

import { outputOf } from '../n8n/instance/n8nClient.mts';
import type { Execution } from '../n8n/instance/n8nTypes.mts';
import type { N8nServer } from '../n8n/instance/startN8n.mts';
import { until } from '../n8n/process/until.mts';
import { assertPackages } from '../n8n/scenarios/packages.mts';
import { chain, downloadTask, newTasks, PIXXEL, type Step, type TaskIds } from '../n8n/scenarios/workflows.mts';
import type { PackageSettingsChange } from '../sandbox/client.mts';
import type { QueueStage } from './queueStage.mts';

/** One thing that must hold where several workers share the work. Throws where it does not hold. */
export interface QueueScenario {
	name: string;
	/** @returns what was seen, for the line that says it passed */
	run(stage: QueueStage): Promise<string>;
}

const STARTED_WITHIN_MS = 20_000;

/** A webhook that starts the workflow it stands in. */
export const webhook = (path: string, responseMode: 'onReceived' | 'lastNode' = 'onReceived'): Step => ({
	name: 'Webhook',
	type: 'n8n-nodes-base.webhook',
	typeVersion: 2,
	webhookId: path,
	parameters: { httpMethod: 'POST', path, responseMode, options: {} },
});

const FROM_CALL: TaskIds = {
	workflowId: '={{ $json.body.workflowId }}',
	jobId: '={{ $json.body.jobId }}',
	taskId: '={{ $json.body.taskId }}',
};

/** Publishes a workflow that downloads the task its webhook is called with, as in production. Answers its id. */
export async function publishDownload({ client, pixxel }: QueueStage, path: string, parameters = {}, settings = {}): Promise<string> {
	const workflow = chain(path, [webhook(path), downloadTask({ pixxel }, FROM_CALL, parameters)]);
	const { id } = await client.createWorkflow({ ...workflow, settings: { ...workflow.settings, ...settings } });
	await client.activateWorkflow(id);
	return id;
}

/** Calls a webhook. Right after publishing n8n may not know it yet, so it is tried for a while. */
export async function call({ main }: QueueStage, path: string, task: TaskIds): Promise<void> {
	await until(
		`n8n takes calls at /webhook/${path}`,
		async () => {
			const headers = { 'content-type': 'application/json' };
			const answer = await fetch(`${main.url}/webhook/${path}`, { method: 'POST', headers, body: JSON.stringify(task) });
			const text = await answer.text();
			if (!answer.ok && answer.status !== 404) throw new Error(`the webhook answered ${answer.status}: ${text}`);
			return answer.ok;
		},
		STARTED_WITHIN_MS,
	);
}

interface More {
	/** Of the node. */
	parameters?: Record<string, unknown>;
	/** Of the workflow. */
	settings?: Record<string, unknown>;
}

/** Has a new task downloaded by a call from outside. */
export async function startDownload(stage: QueueStage, name: string, pack: PackageSettingsChange, { parameters, settings }: More = {}) {
	const task = (await newTasks(stage.sandbox, 1))[0] as TaskIds;
	await stage.sandbox.configurePackage(task.taskId, pack);
	const path = `${name}-${stage.binaryMode}`;
	const workflowId = await publishDownload(stage, path, parameters, settings);
	await call(stage, path, task);
	return { task, path, workflowId };
}

/** The first execution of a workflow that is of this kind. */
export async function executionOf(
	{ client }: QueueStage,
	workflowId: string,
	isIt: (execution: Pick<Execution, 'id' | 'mode'>) => boolean = () => true,
): Promise<string> {
	return await until('an execution', async () => (await client.executionsOf(workflowId)).find(isIt)?.id, STARTED_WITHIN_MS);
}

/** The executions that a worker says it has started, from its log. */
export function startedBy(worker: N8nServer): string[] {
	return [...worker.log().matchAll(/Worker started execution (\d+)/g)].map((match) => match[1] ?? '');
}

/** Has a new task downloaded, and waits until a worker has it under way, and storage is sending. */
export async function midDownload(stage: QueueStage, name: string, pack: PackageSettingsChange, more: More = {}) {
	const started = await startDownload(stage, name, pack, more);
	const executionId = await executionOf(stage, started.workflowId);
	const worker = await until(
		'a worker has started the execution',
		async () => stage.workers.find((each) => startedBy(each).includes(executionId)),
		STARTED_WITHIN_MS,
	);
	await until(
		'bytes on their way',
		async () => (await stage.sandbox.requests('storage')).some(({ bytesSent, endedAt }) => bytesSent > 0 && endedAt === null),
		STARTED_WITHIN_MS,
	);
	return { ...started, executionId, worker };
}

/** Does what the Retry button of an execution does, and waits for what comes of it. */
export async function retry(stage: QueueStage, workflowId: string, executionId: string): Promise<Execution> {
	await stage.client.request('POST', `/executions/${executionId}/retry`, { loadWorkflow: false });
	return await stage.client.waitForExecution(await executionOf(stage, workflowId, ({ mode }) => mode === 'retry'));
}

/** Throws unless an execution has brought a task's package, byte for byte. */
export async function assertWholeFile(stage: QueueStage, execution: Execution, { taskId }: Pick<TaskIds, 'taskId'>): Promise<void> {
	assert.equal(execution.status, 'success', execution.error?.message);
	await assertPackages(stage, outputOf(execution, PIXXEL), [taskId]);
}

/** Waits until nobody has a connection to the sandbox. */
export async function noSocketsLeft({ sandbox }: Pick<QueueStage, 'sandbox'>, withinMs = 10_000): Promise<void> {
	await until('no connection to the sandbox is open', async () => (await sandbox.state()).openSockets === 0, withinMs);
}
