import type { N8nClient } from '../n8n/instance/n8nClient.mts';
import type { Workflow } from '../n8n/instance/n8nTypes.mts';
import { chain, PIXXEL } from '../n8n/scenarios/workflows.mts';
import { type Credential, downloadTask, webhook } from './workflows.mts';

const FROM_ITEM = { workflowId: '={{ $json.workflowId }}', jobId: '={{ $json.jobId }}', taskId: '={{ $json.taskId }}' };
const REPORT = 'Report';

/**
 * Webhook → one item for each task → the node, with what it refuses on its second output → the execution's number, which
 * the webhook answers with once all is done.
 */
function soakWorkflow(path: string, pixxel: Credential, output: string): Workflow {
	const hook = webhook(path);
	const workflow = chain(path, [
		{ ...hook, parameters: { ...hook.parameters, responseMode: 'lastNode' } },
		{
			name: 'One Item Each',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'body.tasks', options: {} },
		},
		downloadTask(pixxel, FROM_ITEM, { output }, { onError: 'continueErrorOutput' }),
		{
			name: REPORT,
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: '={{ { executionId: $execution.id } }}', options: {} },
			executeOnce: true,
		},
	]);
	workflow.connections[PIXXEL]?.main?.push([{ node: REPORT, type: 'main', index: 0 }]);
	return workflow;
}

/** Publishes the workflows of the soak. */
export async function publishSoakWorkflows(client: N8nClient, pixxel: Credential): Promise<{ idOf(path: string): string }> {
	const ids = new Map<string, string>();
	for (const [path, output] of [
		['file', 'file'],
		['signedUrl', 'signedUrl'],
		['cancelled', 'file'],
	] as const) {
		const { id } = await client.createWorkflow(soakWorkflow(path, pixxel, output));
		await client.activateWorkflow(id);
		ids.set(path, id);
	}
	return { idOf: (path) => ids.get(path) ?? '' };
}
