import { DEMO_WORKFLOW, type Stage } from './browserStage.mts';
import { errorBranch, finishedJobToFiles, whatGoesWrong } from './scenes.mts';
import { seeText, seeUntil } from './seen.mts';

/** The trigger, tried by hand. */
export async function fetchTestEvent({ editor, pictures, steps, sandbox, output }: Stage): Promise<void> {
	await steps.step('Add the trigger, pick a workflow, fetch a test event: the newest finished job with its tasks', async () => {
		await editor.newWorkflow();
		const panel = await editor.searchNodePanel('pixxel', 1);
		await editor.part('item-iterator-item', panel).first().click();
		await panel.getByText('On job finished').click();
		await editor.panel().waitFor();
		await seeUntil('the fields', () => editor.fields(), (fields) => ['Event', 'Workflow', 'Outcome'].every((field) => fields.includes(field)));
		await editor.openList('workflowId');
		await editor.pick('workflowId', DEMO_WORKFLOW);
		await editor.part('node-execute-button').click();
		await seeText(output, '1 item');
		await editor.showOutputAs('schema');
		await seeText(output, 'tasks', 'completed');
		await editor.calm();
		await pictures.takeForReadme('trigger', { of: editor.parametersAndOutput() });
		await editor.showOutputAs('json');
		// n8n renders only as much of it as fits.
		await seeText(output, sandbox.known.demo.jobId, 'Area of interest');
	});
}

/** What the trigger and the node are for, together. */
export async function downloadFinishedJob({ editor, pictures, steps, sandbox, client, output, credential }: Stage): Promise<void> {
	await steps.step('Trigger → Split Out → Download: one file for each task', async () => {
		const { id } = await client.createWorkflow(finishedJobToFiles(await credential(), sandbox.known, DEMO_WORKFLOW));
		await editor.openWorkflow(id);
		await editor.executeWorkflow(3);
		await editor.calm();
		await pictures.takeForReadme('workflow', { of: editor.drawing(), margin: 60 });
		await editor.useTheme('dark');
		await pictures.take('workflow-dark', { of: editor.drawing(), margin: 60 });
		await editor.useTheme('light');
		await editor.openNode('Download Task');
		await seeText(output, '4 items', '.zip');
		await editor.calm();
		await pictures.take('workflow-files', { of: editor.panel() });
	});
}

/** Each kind of mistake, and what the panel says of it. */
export async function makeMistakes({ editor, pictures, steps, sandbox, client, output, credential }: Stage): Promise<void> {
	await steps.step('What goes wrong is said in the panel, with what to do', async () => {
		const { id, name } = await client.createCredential({
			name: 'Wrong key',
			type: 'pixxelApi',
			data: { apiKey: sandbox.keys.revoked, authScheme: 'apiKey', baseUrl: sandbox.url },
		});
		const workflow = await client.createWorkflow(whatGoesWrong(await credential(), { id, name }, sandbox.known));
		// Afresh for each: what n8n remembers of a failed run gets in the way of the next one.
		const openNode = async (node: string) => {
			await editor.openWorkflow(workflow.id);
			await editor.openNode(node);
		};

		await openNode('Nothing Picked');
		await editor.part('node-execute-button').click();
		await seeText(() => editor.toasts(), '"Workflow" is required', '"Job" is required', '"Task" is required');
		await pictures.take('nothing-picked');
		await editor.calm();

		await openNode('Wrong Key');
		await editor.execute();
		await seeText(output, 'revoked', 'Look it up in Aurora');
		await editor.calm();
		await pictures.take('wrong-key', { of: editor.panel() });

		await openNode('Empty Expression');
		await editor.execute();
		await seeText(output, '"Task" is empty', 'found nothing for this item');
		await editor.calm();
		await pictures.take('empty-expression', { of: editor.panel() });
	});
}

/** A failure that the workflow itself deals with. */
export async function branchOnError({ editor, pictures, steps, sandbox, client, output, credential }: Stage): Promise<void> {
	await steps.step('A refusal goes out by the error output, with words for a person', async () => {
		const { id } = await client.createWorkflow(errorBranch(await credential(), sandbox.known));
		await editor.openWorkflow(id);
		await editor.executeWorkflow(3);
		await editor.calm();
		await pictures.takeForReadme('error-branch', { of: editor.drawing(), margin: 60 });
		await editor.openNode('Tell Somebody');
		await editor.showOutputAs('json');
		await seeText(output, '"error"', 'not_found');
		await editor.calm();
		await pictures.take('error-branch-item', { of: editor.panel() });
	});
}
