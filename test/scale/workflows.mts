import type { Workflow, WorkflowNode } from '../n8n/instance/n8nTypes.mts';
import { chain, downloadTask as pixxelNode, type TaskIds } from '../n8n/scenarios/workflows.mts';

/** Who the node is at the Pixxel API. */
export interface Credential {
	id: string;
	name: string;
}

type Step = Parameters<typeof chain>[1][number];

/** Download Task, of the task that is given or that expressions find in the item. */
export function downloadTask(
	pixxel: Credential,
	ids: TaskIds,
	parameters: Record<string, unknown> = {},
	more: Partial<WorkflowNode> = {},
): Step {
	return pixxelNode({ pixxel }, ids, parameters, more);
}

/** A webhook that starts the workflow it stands in, and answers at once. */
export function webhook(path: string): Step {
	return {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: path,
		parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
	};
}

/** The IDs taken from what a webhook was called with. */
const FROM_CALL: TaskIds = {
	workflowId: '={{ $json.body.workflowId }}',
	jobId: '={{ $json.body.jobId }}',
	taskId: '={{ $json.body.taskId }}',
};

/** A workflow that downloads the task its webhook is called with, as a workflow in production does. */
export function downloadOnCall(name: string, path: string, pixxel: Credential, parameters: Record<string, unknown> = {}): Workflow {
	return chain(name, [webhook(path), downloadTask(pixxel, FROM_CALL, parameters)]);
}
