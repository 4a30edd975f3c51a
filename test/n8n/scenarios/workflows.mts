import type { Workflow, WorkflowNode } from '../instance/n8nClient.mts';
import type { SandboxHandle } from '../../sandbox/client.mts';
import type { Stage } from './stage.mts';

export const START = 'Start';
export const PIXXEL = 'Pixxel';

export interface TaskIds {
	workflowId: string;
	jobId: string;
	taskId: string;
}

/** An ID as a resource locator holds it that was given by hand or by an expression. */
export const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** What was picked from a list, as the editor keeps it. */
export const fromList = (value: string, cachedResultName: string) => ({ __rl: true, mode: 'list', value, cachedResultName });

export const DEMO_WORKFLOW = 'Tailings pond monitoring';

/** The demo task, as picked from the lists. */
export const pickedTask = ({ known: { demo } }: SandboxHandle) => ({
	workflowId: fromList(demo.workflowId, DEMO_WORKFLOW),
	jobId: fromList(demo.jobId, '2025-03-25 06:30 UTC · completed'),
	taskId: fromList(demo.taskId, 'Tailings surface map · completed'),
	options: {},
});

export type Step = Pick<WorkflowNode, 'name' | 'type' | 'typeVersion' | 'parameters'> & Partial<WorkflowNode>;

/** A workflow whose steps follow one another, each on the first output of the one before. */
export function chain(name: string, steps: Step[]): Workflow {
	const nodes = steps.map((step, index): WorkflowNode => ({ id: `step-${index}`, position: [index * 220, 0], ...step }));
	const connections: Record<string, Workflow['connections'][string]> = {};
	for (const [index, { name: from }] of nodes.slice(0, -1).entries()) {
		connections[from] = { main: [[{ node: nodes[index + 1]?.name ?? '', type: 'main', index: 0 }]] };
	}
	return { name, nodes, connections, settings: { executionOrder: 'v1' } };
}

export const start: Step = { name: START, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} };

/** The same as the editor itself calls it. */
export const manualTrigger: Step = { ...start, name: 'When clicking ‘Execute workflow’' };

/** Makes an item of each entry of a list in the item before. */
export const oneItemOf = (field: string): Step => ({
	name: 'One Item Each',
	type: 'n8n-nodes-base.splitOut',
	typeVersion: 1,
	parameters: { fieldToSplitOut: field, options: {} },
});

/** Steps that give one item for each entry. */
export function oneItemEach(entries: object[]): Step[] {
	return [
		start,
		{
			name: 'List',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ entries }), options: {} },
		},
		oneItemOf('entries'),
	];
}

/** The IDs taken from the input items. */
export const FROM_ITEM: TaskIds = {
	workflowId: '={{ $json.workflowId }}',
	jobId: '={{ $json.jobId }}',
	taskId: '={{ $json.taskId }}',
};

/** The same of the tasks of a job, as Pixxel gives them. */
export const TASK_OF_JOB: TaskIds = { workflowId: '={{ $json.workflow_id }}', jobId: '={{ $json.job_id }}', taskId: '={{ $json.id }}' };

/** The Pixxel node, downloading a task. */
export function downloadTask(
	{ pixxel }: Pick<Stage, 'pixxel'>,
	{ workflowId, jobId, taskId }: TaskIds,
	parameters: Record<string, unknown> = {},
	more: Partial<WorkflowNode> = {},
): Step {
	return {
		name: PIXXEL,
		type: 'n8n-nodes-pixxel.pixxel',
		typeVersion: 1,
		parameters: {
			resource: 'task',
			operation: 'download',
			workflowId: byId(workflowId),
			jobId: byId(jobId),
			taskId: byId(taskId),
			options: { pollInterval: 1 },
			...parameters,
		},
		credentials: { pixxelApi: pixxel },
		...more,
	};
}

/** Tasks nobody has asked for yet. */
export async function newTasks(sandbox: SandboxHandle, count: number): Promise<TaskIds[]> {
	const { workflowId } = sandbox.known.demo;
	const tasks: TaskIds[] = [];
	for (let jobs = 0; jobs < count && tasks.length < count; jobs++) {
		const job = await sandbox.makeJob({ workflowId });
		tasks.push(...job.tasks.map(({ id }) => ({ workflowId, jobId: job.id, taskId: id })));
	}
	return tasks.slice(0, count);
}
