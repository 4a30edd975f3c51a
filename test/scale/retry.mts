import assert from 'node:assert/strict';

import { outputOf } from '../n8n/instance/n8nClient.mts';
import type { Execution } from '../n8n/instance/n8nTypes.mts';
import { PIXXEL, type TaskIds } from '../n8n/scenarios/workflows.mts';
import { until } from '../n8n/process/until.mts';
import { digestOfFile } from './fileDigest.mts';
import type { QueueStage } from './queueStage.mts';

/** Does what the Retry button of an execution does, and waits for what comes of it. */
export async function retry({ client }: QueueStage, workflowId: string, executionId: string): Promise<Execution> {
	await client.request('POST', `/executions/${executionId}/retry`, { loadWorkflow: false });
	const retryId = await until(
		'the retry is an execution',
		async () => (await client.executionsOf(workflowId)).find(({ mode }) => mode === 'retry')?.id,
		10_000,
	);
	return await client.waitForExecution(retryId);
}

/** Throws unless an execution has brought a task's package, byte for byte. */
export async function assertWholeFile({ client, sandbox }: QueueStage, execution: Execution, { taskId }: TaskIds): Promise<void> {
	assert.equal(execution.status, 'success', execution.error?.message);
	assert.equal(
		await digestOfFile(client, outputOf(execution, PIXXEL)[0]?.binary?.data),
		(await sandbox.packageInfo(taskId)).sha256,
	);
}
