import type { Workflow } from '../instance/n8nTypes.mts';
import type { TaskIds } from '../scenarios/workflows.mts';

/** The node whose output the demo shows. */
export const DOWNLOAD_NODE = 'Download Task';

const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** The text beside the nodes in the editor. */
const EXPLANATION = `## Download a Pixxel package

**${DOWNLOAD_NODE}** asks Pixxel to package a task's results. Packaging takes a while, so it asks again until the package is ready, and then streams the file into the item.

The output is what the API answered, without the signed URL (it is a secret and soon stale), plus the file in the field \`data\`. Any node that takes a file can follow.

Press **Execute workflow** to run it again.`;

/** Manual Trigger → Pixxel, Download Task. */
export function demoWorkflow(
	name: string,
	task: TaskIds,
	credential: { id: string; name: string },
	options: Record<string, unknown>,
): Workflow {
	return {
		name,
		nodes: [
			{
				id: 'a7c9a3f0-5c5e-4f3e-9a51-1f0b6f1d0001',
				name: 'When clicking ‘Execute workflow’',
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			{
				id: 'a7c9a3f0-5c5e-4f3e-9a51-1f0b6f1d0002',
				name: DOWNLOAD_NODE,
				type: 'n8n-nodes-pixxel.pixxel',
				typeVersion: 1,
				position: [260, 0],
				parameters: {
					resource: 'task',
					operation: 'download',
					workflowId: byId(task.workflowId),
					jobId: byId(task.jobId),
					taskId: byId(task.taskId),
					output: 'file',
					waitUntilReady: true,
					outputPropertyName: 'data',
					options,
				},
				credentials: { pixxelApi: { id: credential.id, name: credential.name } },
			},
			{
				id: 'a7c9a3f0-5c5e-4f3e-9a51-1f0b6f1d0003',
				name: 'What this does',
				type: 'n8n-nodes-base.stickyNote',
				typeVersion: 1,
				position: [-40, -380],
				parameters: { content: EXPLANATION, width: 520, height: 320 },
			},
		],
		connections: {
			'When clicking ‘Execute workflow’': { main: [[{ node: DOWNLOAD_NODE, type: 'main', index: 0 }]] },
		},
		settings: { executionOrder: 'v1' },
	};
}
