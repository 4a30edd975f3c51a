import { randomUUID } from 'node:crypto';

import type { Workflow, WorkflowNode } from '../n8n/instance/n8nTypes.mts';
import type { KnownIds } from '../sandbox/client.mts';

type Credential = { id: string; name: string };

const PIXXEL = 'n8n-nodes-pixxel.pixxel';
const START = 'When clicking ‘Execute workflow’';

const fromList = (value: string, cachedResultName: string) => ({ __rl: true, mode: 'list', value, cachedResultName });
const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const to = (...names: string[]) => names.map((node) => ({ node, type: 'main' as const, index: 0 }));

function manualTrigger(): WorkflowNode {
	return { id: randomUUID(), name: START, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} };
}

function download(name: string, credential: Credential, position: [number, number], task: object): WorkflowNode {
	return {
		id: randomUUID(),
		name,
		type: PIXXEL,
		typeVersion: 1,
		position,
		parameters: { resource: 'task', operation: 'download', ...task },
		credentials: { pixxelApi: credential },
	};
}

/** Pixxel Trigger → Split Out → Pixxel: each task of a finished job becomes a file. */
export function finishedJobToFiles(credential: Credential, { demo }: KnownIds, workflowName: string): Workflow {
	return {
		name: 'From a finished analysis to its files',
		nodes: [
			{
				id: randomUUID(),
				name: 'Pixxel Trigger',
				type: 'n8n-nodes-pixxel.pixxelTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {
					pollTimes: { item: [{ mode: 'everyHour' }] },
					event: 'jobFinished',
					workflowId: fromList(demo.workflowId, workflowName),
					outcome: 'succeeded',
				},
				credentials: { pixxelApi: credential },
			},
			{
				id: randomUUID(),
				name: 'One Item per Task',
				type: 'n8n-nodes-base.splitOut',
				typeVersion: 1,
				position: [240, 0],
				parameters: { fieldToSplitOut: 'tasks', options: {} },
			},
			download('Download Task', credential, [480, 0], {
				workflowId: byId("={{ $('Pixxel Trigger').item.json.workflow_id }}"),
				jobId: byId("={{ $('Pixxel Trigger').item.json.id }}"),
				taskId: byId('={{ $json.id }}'),
			}),
		],
		connections: {
			'Pixxel Trigger': { main: [to('One Item per Task')] },
			'One Item per Task': { main: [to('Download Task')] },
		},
		pinData: {},
	};
}

/** A node of every kind that cannot work: no key that Pixxel knows, and an expression that finds nothing. */
export function whatGoesWrong(good: Credential, wrong: Credential, { demo }: KnownIds): Workflow {
	const task = { workflowId: byId(demo.workflowId), jobId: byId(demo.jobId), taskId: byId(demo.taskId) };
	return {
		name: 'What goes wrong',
		nodes: [
			manualTrigger(),
			download('Wrong Key', wrong, [260, -180], task),
			download('Nothing Picked', good, [260, 0], {}),
			download('Empty Expression', good, [260, 180], { ...task, taskId: byId('={{ $json.nothing }}') }),
		],
		connections: { [START]: { main: [to('Wrong Key', 'Nothing Picked', 'Empty Expression')] } },
		pinData: {},
	};
}

/** A download whose refusal goes out by the error output. */
export function errorBranch(credential: Credential, { demo, nothing }: KnownIds): Workflow {
	const task = { workflowId: byId(demo.workflowId), jobId: byId(demo.jobId), taskId: byId(nothing) };
	const next = (name: string, y: number): WorkflowNode => ({
		id: randomUUID(),
		name,
		type: 'n8n-nodes-base.noOp',
		typeVersion: 1,
		position: [560, y],
		parameters: {},
	});
	return {
		name: 'What to do when it fails',
		nodes: [
			manualTrigger(),
			{ ...download('Download Task', credential, [260, 0], task), onError: 'continueErrorOutput' },
			next('Use the File', -110),
			next('Tell Somebody', 110),
		],
		connections: {
			[START]: { main: [to('Download Task')] },
			'Download Task': { main: [to('Use the File'), to('Tell Somebody')] },
		},
		pinData: {},
	};
}
