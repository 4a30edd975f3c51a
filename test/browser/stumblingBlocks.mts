import { pixxelCredential } from '../n8n/instance/bringUp.mts';
import type { Workflow } from '../n8n/instance/n8nClient.mts';
import { chain, DEMO_WORKFLOW, downloadTask, manualTrigger, pickedTask, type Step, TASK_OF_JOB, type TaskIds } from '../n8n/scenarios/workflows.mts';
import type { Stage } from './browserStage.mts';
import type { N8nEditor } from './n8nEditor.mts';
import { see, seeText, seeUntil } from './seen.mts';

const LOCATORS = ['workflowId', 'jobId', 'taskId'] as const;

/** What one finds only by typing what it is about. */
const SEARCHES = ['unzip', 'satellite', 'GeoTIFF', 'hyperspectral', 'earth observation'];

/** A node for each thing that newcomers have stumbled over. */
async function stumblingBlocks({ sandbox, client, credential }: Stage): Promise<Workflow> {
	const pixxel = await credential();
	const refused = await client.createCredential(pixxelCredential(sandbox, sandbox.keys.revoked, 'Key of somebody who left'));
	const { demo, running } = sandbox.known;
	const picked = pickedTask(sandbox);
	const ids: Step = {
		name: 'IDs',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput: JSON.stringify({ workflow_id: demo.workflowId, job_id: demo.jobId, id: demo.taskId }), options: {} },
	};
	const download = (name: string, task: TaskIds = demo, more = {}, key = pixxel) => downloadTask({ pixxel: key }, task, { options: {}, ...more }, { name });
	const workflow = chain('What newcomers stumble over', [manualTrigger, ids, download('By Expression', TASK_OF_JOB)]);
	const others = [
		download('Picked', demo, picked),
		download('Still Running', { ...demo, ...running }),
		download('Wrong Key', demo, {}, refused),
		download('Empty Expression', { ...demo, taskId: '={{ $json.nothing }}' }),
		{ ...download('Nothing Picked'), parameters: { resource: 'task', operation: 'download' } },
		{ ...download('List Jobs'), parameters: { resource: 'job', operation: 'getAll', workflowId: picked.workflowId } },
	];
	for (const [place, step] of others.entries()) workflow.nodes.push({ id: `other-${place}`, position: [220, 200 + 200 * place], ...step });
	const starts = others.map(({ name: node }) => ({ node, type: 'main' as const, index: 0 }));
	workflow.connections[manualTrigger.name]?.main?.[0]?.push(...starts);
	return workflow;
}

/** What stands in the three ID fields. */
async function chosen({ editor }: Stage): Promise<string[]> {
	const texts = LOCATORS.map(async (field) => {
		const locator = editor.part(`resource-locator-${field}`);
		const input = editor.part('rlc-input', locator);
		return (await input.count()) > 0 ? await input.inputValue() : (await locator.innerText()).trim();
	});
	return await Promise.all(texts);
}

async function pickAnother({ editor }: Stage, field: string, entry: RegExp): Promise<void> {
	await editor.openList(field);
	await editor.part('rlc-item').filter({ hasText: entry }).first().click();
}

async function staleChildren(stage: Stage, open: (node: string) => Promise<void>): Promise<void> {
	const { editor, page, steps } = stage;
	await steps.step('Pick another job: the task goes, as it is not of that job. Another workflow: the job goes too', async () => {
		await open('Picked');
		await seeUntil('three names, no IDs', () => chosen(stage), (texts) => texts[0] === DEMO_WORKFLOW && !texts.some((text) => /[0-9a-f]{8}-/.test(text)));
		await pickAnother(stage, 'jobId', /2025-03-11/);
		await seeUntil('no task', () => chosen(stage), ([, job, task]) => /2025-03-11/.test(job ?? '') && task === '');
		await pickAnother(stage, 'taskId', /Tailings/);
		await seeUntil('its task', () => chosen(stage), ([, , task]) => /Tailings/.test(task ?? ''));
		await pickAnother(stage, 'workflowId', /Haul road dust/);
		await seeUntil('neither job nor task', () => chosen(stage), ([, job, task]) => job === '' && task === '');
	});

	await steps.step('Expressions stay when the node before has run', async () => {
		await open('By Expression');
		const before = await seeUntil('three expressions', () => chosen(stage), (texts) => texts.every((text) => text.includes('$json')));
		await page.getByText('Execute previous nodes').first().click();
		await seeText(() => editor.part('ndv-input-panel').innerText(), 'workflow_id');
		// Time enough for the editor to evaluate them anew.
		await page.waitForTimeout(2_000);
		see(`the same in ${JSON.stringify(await chosen(stage))}`, JSON.stringify(await chosen(stage)) === JSON.stringify(before));
	});
}

/** What the sign beside a field's name says; nothing where there is no sign. */
async function explanation(editor: N8nEditor, field: string): Promise<string> {
	const label = editor.part('input-label', editor.part('node-parameters')).filter({ hasText: field });
	await label.hover();
	const sign = label.locator('[data-icon^="circle-"]').first();
	if ((await sign.count()) === 0) return '';
	await sign.hover();
	return await editor.part('tooltip-content').first().innerText();
}

/** Each kind of mistake, and what the panel says of it. */
async function whatIsSaid({ editor, page, steps, output }: Stage, open: (node: string) => Promise<void>): Promise<void> {
	await steps.step('Nothing was picked: each field that is missing is named', async () => {
		await open('Nothing Picked');
		await editor.part('node-execute-button').click();
		await seeText(() => editor.toasts(), '"Workflow" is required', '"Job" is required', '"Task" is required');
	});

	const mistakes: Array<[node: string, ...words: string[]]> = [
		['Wrong Key', 'revoked', 'Look it up in Aurora'],
		['Empty Expression', '"Task" is empty', 'found nothing for this item'],
		['Still Running', 'This task has not finished yet', 'its status is "running"', 'not for the analysis', 'Pixxel Trigger'],
	];
	for (const [node, ...words] of mistakes) {
		await steps.step(`${node}: that is what the message says, with what to do`, async () => {
			await open(node);
			await editor.execute();
			await seeText(output, ...words);
		});
	}

	await steps.step('A list that is refused says why once', async () => {
		await open('Wrong Key');
		await editor.part('parameter-input-workflowId').or(editor.part('resource-locator-workflowId')).first().waitFor();
		await page.getByTestId('rlc-mode-selector').first().click();
		await editor.choices('From List').click();
		await editor.openList('workflowId');
		const said = await seeText(() => editor.listTrouble().innerText(), 'Look it up in Aurora');
		see(`it once in ${JSON.stringify(said)}`, said.split('Look it up in Aurora').length === 2);
		await steps.look('list refused');
		await editor.closeList();
	});

	await steps.step('The field for the file is explained as an output', async () => {
		await open('Picked');
		await seeText(() => explanation(editor, 'Wait Until Ready'), 'waits for the package, not for the analysis');
		const said = await explanation(editor, 'Put Output File in Field');
		see(`nothing about inputs in ${JSON.stringify(said)}`, !/input/i.test(said));
	});
}

/** What newcomers have stumbled over, and shall not again. */
export async function stumbleOverNothing(stage: Stage): Promise<void> {
	const { editor, page, steps, client } = stage;
	await steps.step('Words that people type find the node', async () => {
		for (const words of SEARCHES) await editor.searchNodePanel(words);
	});

	const { id } = await client.createWorkflow(await stumblingBlocks(stage));
	// Afresh for each: what n8n remembers of a run gets in the way of the next one.
	const open = async (node: string) => {
		await editor.openWorkflow(id);
		await editor.openNode(node);
	};
	await staleChildren(stage, open);
	await whatIsSaid(stage, open);

	await steps.step('Create Job says that it costs credits; what was picked before stays', async () => {
		await open('List Jobs');
		await editor.choose('operation', 'Create');
		await seeText(() => editor.part('node-parameters').innerText(), 'costs credits', 'Get Cost Estimate');
		await steps.look('create job notice');
		await editor.choose('operation', 'Get Many');
		// The project above it is no more, and none had been picked.
		await page.waitForTimeout(1_000);
		await seeText(() => editor.part('rlc-input', editor.part('resource-locator-workflowId')).inputValue(), DEMO_WORKFLOW);
	});
}
