import type { N8nClient } from '../instance/n8nClient.mts';
import type { Workflow } from '../instance/n8nTypes.mts';
import { byId, chain, downloadTask, manualTrigger, type TaskIds } from '../scenarios/workflows.mts';

/** The node whose output the demo shows. */
export const DOWNLOAD_NODE = 'Download Task';

/** The lists of the node, each beside the field that is picked from it, from top to bottom. */
const LISTS = [
	['workflowId', 'searchWorkflows'],
	['jobId', 'searchJobs'],
	['taskId', 'searchTasks'],
] as const;

/**
 * The task as a person picks it: by the names that the node's own lists show. What they do not show stays an ID.
 */
async function picked(client: N8nClient, task: TaskIds, pixxel: { id: string; name: string }): Promise<Record<string, unknown>> {
	const fields: Record<string, unknown> = { resource: 'task', operation: 'download' };
	for (const [field, list] of LISTS) {
		const value = task[field];
		// A key that is refused says so a moment later, by the Test button.
		const entries = await client.listEntries(list, fields, { pixxelApi: pixxel }, value).catch(() => []);
		const entry = entries.find((one) => one.value === value);
		fields[field] = entry ? { __rl: true, mode: 'list', value, cachedResultName: entry.name } : byId(value);
	}
	return fields;
}

/** The text beside the nodes in the editor. */
const EXPLANATION = `## Download a Pixxel package

**${DOWNLOAD_NODE}** asks Pixxel to package a task's results. Packaging takes a while, so it asks again until the package is ready, and then streams the file into the item.

The output is what the API answered, without the signed URL (it is a secret and soon stale), plus the file in the field \`data\`. Any node that takes a file can follow.

Press **Execute workflow** to run it again.`;

/** Manual Trigger → Pixxel, Download Task. */
export async function demoWorkflow(
	client: N8nClient,
	name: string,
	task: TaskIds,
	pixxel: { id: string; name: string },
	options: Record<string, unknown>,
): Promise<Workflow> {
	const parameters = { ...(await picked(client, task, pixxel)), output: 'file', waitUntilReady: true, outputPropertyName: 'data', options };
	const workflow = chain(name, [manualTrigger, downloadTask({ pixxel }, task, parameters, { name: DOWNLOAD_NODE })]);
	workflow.nodes.push({
		id: 'note',
		name: 'What this does',
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		position: [-40, -280],
		parameters: { content: EXPLANATION, width: 520, height: 220 },
	});
	return workflow;
}
