import type { Workflow } from '../n8n/instance/n8nTypes.mts';
import { chain, downloadTask, manualTrigger, oneItemOf, type Step, type TaskIds } from '../n8n/scenarios/workflows.mts';
import type { KnownIds } from '../sandbox/client.mts';

type Credential = { id: string; name: string };

const DOWNLOAD = 'Download Task';

const to = (...names: string[]) => names.map((node) => ({ node, type: 'main' as const, index: 0 }));

/** A download as it is by default. */
function download(name: string, pixxel: Credential, task: TaskIds, more: Partial<Step> = {}): Step {
	return downloadTask({ pixxel }, task, { options: {} }, { name, ...more });
}

/** Pixxel Trigger → Split Out → Pixxel: each task of a finished job becomes a file. */
export function finishedJobToFiles(pixxel: Credential, { demo }: KnownIds, workflowName: string): Workflow {
	const workflowId = { __rl: true, mode: 'list', value: demo.workflowId, cachedResultName: workflowName };
	const trigger: Step = {
		name: 'Pixxel Trigger',
		type: 'n8n-nodes-pixxel.pixxelTrigger',
		typeVersion: 1,
		parameters: { pollTimes: { item: [{ mode: 'everyHour' }] }, event: 'jobFinished', workflowId, outcome: 'succeeded' },
		credentials: { pixxelApi: pixxel },
	};
	const ofJob = (field: string) => `={{ $('Pixxel Trigger').item.json.${field} }}`;
	const task = { workflowId: ofJob('workflow_id'), jobId: ofJob('id'), taskId: '={{ $json.id }}' };
	return chain('From a finished analysis to its files', [
		trigger,
		{ ...oneItemOf('tasks'), name: 'One Item per Task' },
		download(DOWNLOAD, pixxel, task),
	]);
}

/** A node of every kind that cannot work: no key that Pixxel knows, and an expression that finds nothing. */
export function whatGoesWrong(good: Credential, wrong: Credential, { demo }: KnownIds): Workflow {
	const workflow = chain('What goes wrong', [
		manualTrigger,
		download('Wrong Key', wrong, demo, { position: [260, -180] }),
		{ ...download('Nothing Picked', good, demo, { position: [260, 0] }), parameters: { resource: 'task', operation: 'download' } },
		download('Empty Expression', good, { ...demo, taskId: '={{ $json.nothing }}' }, { position: [260, 180] }),
	]);
	return { ...workflow, connections: { [manualTrigger.name]: { main: [to('Wrong Key', 'Nothing Picked', 'Empty Expression')] } } };
}

/** A download whose refusal goes out by the error output. */
export function errorBranch(pixxel: Credential, { demo, nothing }: KnownIds): Workflow {
	const next = (name: string, y: number): Step => ({ name, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [560, y], parameters: {} });
	const workflow = chain('What to do when it fails', [
		manualTrigger,
		download(DOWNLOAD, pixxel, { ...demo, taskId: nothing }, { position: [260, 0], onError: 'continueErrorOutput' }),
		next('Use the File', -110),
		next('Tell Somebody', 110),
	]);
	workflow.connections = {
		[manualTrigger.name]: { main: [to(DOWNLOAD)] },
		[DOWNLOAD]: { main: [to('Use the File'), to('Tell Somebody')] },
	};
	return workflow;
}
