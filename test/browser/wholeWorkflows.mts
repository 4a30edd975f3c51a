import type { Workflow } from '../n8n/instance/n8nClient.mts';
import { chain, DEMO_WORKFLOW, downloadTask, fromList, manualTrigger, oneItemOf, type Step, TASK_OF_JOB } from '../n8n/scenarios/workflows.mts';
import type { Stage } from './browserStage.mts';
import { seeText, seeUntil } from './seen.mts';

/** The trigger, tried by hand. */
export async function fetchTestEvent({ editor, steps, sandbox, output }: Stage): Promise<void> {
	await steps.step('Add the trigger, pick a workflow, fetch a test event: the newest finished job with its tasks', async () => {
		const panel = await editor.searchNodePanel('pixxel');
		await editor.part('item-iterator-item', panel).filter({ hasText: 'Pixxel' }).click();
		await panel.getByText('On job finished').click();
		await editor.panel().waitFor();
		await seeUntil('the fields', () => editor.fields(), (fields) => ['Event', 'Workflow', 'Outcome'].every((field) => fields.includes(field)));
		await editor.openList('workflowId');
		await editor.pick('workflowId', DEMO_WORKFLOW);
		await editor.part('node-execute-button').click();
		await seeText(output, '1 item');
		await editor.showOutputAs('schema');
		await seeText(output, 'tasks', 'completed');
		await steps.takeForReadme('trigger', editor.parametersAndOutput());
		await editor.showOutputAs('json');
		// n8n renders only as much of it as fits.
		await seeText(output, sandbox.known.demo.jobId, 'Area of interest');
	});
}

/** Pixxel Trigger → Split Out → Pixxel: each task of a finished job becomes a file. */
async function finishedJobToFiles({ sandbox: { known: { demo } }, credential }: Stage): Promise<Workflow> {
	const pixxel = await credential();
	const workflowId = fromList(demo.workflowId, DEMO_WORKFLOW);
	const trigger: Step = {
		name: 'Pixxel Trigger',
		type: 'n8n-nodes-pixxel.pixxelTrigger',
		typeVersion: 1,
		parameters: { pollTimes: { item: [{ mode: 'everyHour' }] }, event: 'jobFinished', workflowId, outcome: 'succeeded' },
		credentials: { pixxelApi: pixxel },
	};
	const split = { ...oneItemOf('tasks'), name: 'One Item per Task' };
	return chain('From a finished analysis to its files', [trigger, split, downloadTask({ pixxel }, TASK_OF_JOB, { options: {} }, { name: 'Download Task' })]);
}

/** What the trigger and the node are for, together. */
export async function downloadFinishedJob(stage: Stage): Promise<void> {
	const { editor, steps, client, output } = stage;
	await steps.step('Trigger → Split Out → Download: one file for each task', async () => {
		const { id } = await client.createWorkflow(await finishedJobToFiles(stage));
		await editor.openWorkflow(id);
		await editor.executeWorkflow(3);
		await steps.takeForReadme('workflow', editor.drawing(), 60);
		await editor.openNode('Download Task');
		await seeText(output, '4 items', '.zip');
	});
}

/** A download whose refusal goes out by the error output. */
async function errorBranch({ sandbox, credential }: Stage): Promise<Workflow> {
	const { demo, nothing } = sandbox.known;
	const next = (name: string, y: number): Step => ({ name, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [560, y], parameters: {} });
	const more: Partial<Step> = { name: 'Download Task', position: [260, 0], onError: 'continueErrorOutput' };
	const download = downloadTask({ pixxel: await credential() }, { ...demo, taskId: nothing }, { options: {} }, more);
	const workflow = chain('What to do when it fails', [manualTrigger, download, next('Use the File', -110), next('Tell Somebody', 110)]);
	const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];
	workflow.connections = {
		[manualTrigger.name]: { main: [to('Download Task')] },
		'Download Task': { main: [to('Use the File'), to('Tell Somebody')] },
	};
	return workflow;
}

/** A failure that the workflow itself deals with. */
export async function branchOnError(stage: Stage): Promise<void> {
	const { editor, steps, client, output } = stage;
	await steps.step('A refusal goes out by the error output, with words for a person', async () => {
		const { id } = await client.createWorkflow(await errorBranch(stage));
		await editor.openWorkflow(id);
		await editor.executeWorkflow(3);
		await steps.takeForReadme('error-branch', editor.drawing(), 60);
		await editor.openNode('Tell Somebody');
		await editor.showOutputAs('json');
		await seeText(output, '"error"', 'not_found');
	});
}
