import type { N8nServer } from '../n8n/instance/startN8n.mts';
import type { MadeJob } from '../sandbox/client.mts';
import type { TaskIds } from '../n8n/scenarios/workflows.mts';
import { until } from '../n8n/process/until.mts';
import type { QueueStage } from './queueStage.mts';

/** One thing that must hold where several workers share the work. Throws where it does not hold. */
export interface QueueScenario {
	name: string;
	/** @returns what was seen, for the line that says it passed */
	run(stage: QueueStage): Promise<string>;
}

const STARTED_WITHIN_MS = 20_000;

/** Tasks nobody has asked for yet. */
export async function newTasks({ sandbox }: Pick<QueueStage, 'sandbox'>, count: number): Promise<TaskIds[]> {
	const { workflowId } = sandbox.known.demo;
	const tasks: TaskIds[] = [];
	while (tasks.length < count) {
		const job: MadeJob = await sandbox.makeJob({ workflowId });
		tasks.push(...job.tasks.map(({ id }) => ({ workflowId, jobId: job.id, taskId: id })));
	}
	return tasks.slice(0, count);
}

/** The executions that a worker says it has started, from its log. */
export function startedBy(worker: N8nServer): string[] {
	return [...worker.log().matchAll(/Worker started execution (\d+)/g)].map((match) => match[1] ?? '');
}

/** Calls a webhook. Right after publishing n8n may not know it yet, so it is tried for a while. */
export async function call({ url }: N8nServer, path: string, body: object): Promise<void> {
	await until(
		`n8n takes calls at /webhook/${path}`,
		async () => {
			const answer = await fetch(`${url}/webhook/${path}`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
			const text = await answer.text();
			if (!answer.ok && answer.status !== 404) throw new Error(`the webhook answered ${answer.status}: ${text}`);
			return answer.ok;
		},
		STARTED_WITHIN_MS,
	);
}

/** Waits until a worker has an execution of this workflow under way, and storage is sending. */
export async function midDownload(
	{ client, sandbox, workers }: QueueStage,
	workflowId: string,
): Promise<{ executionId: string; worker: N8nServer }> {
	const under = await until(
		'a worker has started the execution',
		async () => {
			const [execution] = await client.executionsOf(workflowId);
			const worker = execution && workers.find((each) => startedBy(each).includes(execution.id));
			return worker && { executionId: execution.id, worker };
		},
		STARTED_WITHIN_MS,
	);
	await until(
		'bytes on their way',
		async () => (await sandbox.requests('storage')).some(({ bytesSent, endedAt }) => bytesSent > 0 && endedAt === null),
		STARTED_WITHIN_MS,
	);
	return under;
}

/** Waits until nobody has a connection to the sandbox. Says how many were left if somebody has. */
export async function noSocketsLeft({ sandbox }: Pick<QueueStage, 'sandbox'>, withinMs: number): Promise<void> {
	await until('no connection to the sandbox is open', async () => (await sandbox.state()).openSockets === 0, withinMs);
}
