import assert from 'node:assert/strict';

import { type Execution, outputOf } from '../n8n/instance/n8nClient.mts';
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

/** Of the node, and of the workflow. */
interface More {
	parameters?: Record<string, unknown>;
	settings?: Record<string, unknown>;
}

/** Publishes a workflow that downloads the task its webhook is called with, as in production. Answers its id. */
export async function publishDownload({ client, pixxel }: QueueStage, path: string, { parameters, settings }: More = {}): Promise<string> {
	const workflow = chain(path, [webhook(path), downloadTask({ pixxel }, FROM_CALL, parameters)]);
	const { id } = await client.createWorkflow({ ...workflow, settings: { ...workflow.settings, ...settings } });
	await client.activateWorkflow(id);
	return id;
}

/** Calls a webhook. Answers with the status, and the text. */
export async function callWebhook({ url }: N8nServer, path: string, body: object, withinMs = STARTED_WITHIN_MS): Promise<[number, string]> {
	const answer = await fetch(`${url}/webhook/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
		signal: AbortSignal.timeout(withinMs),
	});
	return [answer.status, await answer.text()];
}

/** Right after publishing n8n may not know a webhook yet, so it is tried for a while. */
export async function call({ main }: QueueStage, path: string, task: TaskIds): Promise<void> {
	const isTaken = async () => {
		const [status, text] = await callWebhook(main, path, task);
		if (status !== 200 && status !== 404) throw new Error(`the webhook answered ${status}: ${text}`);
		return status === 200;
	};
	await until(`n8n takes calls at /webhook/${path}`, isTaken, STARTED_WITHIN_MS);
}

/** Has a new task downloaded by a call from outside. */
export async function startDownload(stage: QueueStage, name: string, pack: PackageSettingsChange, more?: More) {
	const [task] = (await newTasks(stage.sandbox, 1)) as [TaskIds];
	await stage.sandbox.configurePackage(task.taskId, pack);
	const path = `${name}-${stage.binaryMode}`;
	const workflowId = await publishDownload(stage, path, more);
	await call(stage, path, task);
	return { task, path, workflowId, executionId: await executionOf(stage, workflowId) };
}

/** The newest execution of a workflow that is of this kind. */
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
export async function midDownload(stage: QueueStage, name: string, pack: PackageSettingsChange, more?: More) {
	const started = await startDownload(stage, name, pack, more);
	const ofExecution = async () => stage.workers.find((each) => startedBy(each).includes(started.executionId));
	const worker = await until('a worker has started the execution', ofExecution, STARTED_WITHIN_MS);
	const isSending = async () => (await stage.sandbox.requests('storage')).some(({ bytesSent, endedAt }) => bytesSent > 0 && endedAt === null);
	await until('bytes on their way', isSending, STARTED_WITHIN_MS);
	return { ...started, worker };
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
export async function noSocketsLeft({ sandbox }: QueueStage, withinMs = 10_000): Promise<void> {
	await until('no connection to the sandbox is open', async () => (await sandbox.state()).openSockets === 0, withinMs);
}
