import type { Workflow } from '../instance/n8nTypes.mts';
import { chain, downloadTask, manualTrigger, type TaskIds } from '../scenarios/workflows.mts';

/** The node whose output the demo shows. */
export const DOWNLOAD_NODE = 'Download Task';

/** The text beside the nodes in the editor. */
const EXPLANATION = `## Download a Pixxel package

**${DOWNLOAD_NODE}** asks Pixxel to package a task's results. Packaging takes a while, so it asks again until the package is ready, and then streams the file into the item.

The output is what the API answered, without the signed URL (it is a secret and soon stale), plus the file in the field \`data\`. Any node that takes a file can follow.

Press **Execute workflow** to run it again.`;

/** Manual Trigger → Pixxel, Download Task. */
export function demoWorkflow(
	name: string,
	task: TaskIds,
	pixxel: { id: string; name: string },
	options: Record<string, unknown>,
): Workflow {
	const parameters = { output: 'file', waitUntilReady: true, outputPropertyName: 'data', options };
	const workflow = chain(name, [manualTrigger, downloadTask({ pixxel }, task, parameters, { name: DOWNLOAD_NODE })]);
	workflow.nodes.push({
		id: 'note',
		name: 'What this does',
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		position: [-40, -380],
		parameters: { content: EXPLANATION, width: 520, height: 320 },
	});
	return workflow;
}
