import type { Workflow } from '../n8n/instance/n8nTypes.mts';
import { chain, downloadTask, manualTrigger, type Step } from '../n8n/scenarios/workflows.mts';
import { DEMO_WORKFLOW, type Stage } from './browserStage.mts';
import { see, seeText, seeUntil } from './seen.mts';

const LOCATORS = ['workflowId', 'jobId', 'taskId'] as const;

const NODES = { listed: 'Picked', byExpression: 'By Expression', running: 'Still Running', refused: 'Wrong Key', listing: 'List Jobs' };

/** What one finds only by typing what it is about. */
const SEARCHES = ['unzip', 'satellite', 'GeoTIFF', 'hyperspectral', 'earth observation'];

/** A node for each thing that newcomers have stumbled over. */
async function stumblingBlocks({ sandbox, client, credential }: Stage): Promise<Workflow> {
	const pixxel = await credential();
	const { demo, running } = sandbox.known;
	const { id, name } = await client.createCredential({
		name: 'Key of somebody who left',
		type: 'pixxelApi',
		data: { apiKey: sandbox.keys.revoked, authScheme: 'apiKey', baseUrl: sandbox.url },
	});
	const ids: Step = {
		name: 'IDs',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput: JSON.stringify({ workflow_id: demo.workflowId, job_id: demo.jobId, id: demo.taskId }), options: {} },
	};
	const fromItem = { workflowId: '={{ $json.workflow_id }}', jobId: '={{ $json.job_id }}', taskId: '={{ $json.id }}' };
	const fromList = (value: string, cachedResultName: string) => ({ __rl: true, mode: 'list', value, cachedResultName });
	const picked = {
		workflowId: fromList(demo.workflowId, DEMO_WORKFLOW),
		jobId: fromList(demo.jobId, '2025-03-25 06:30 UTC · completed'),
		taskId: fromList(demo.taskId, 'Tailings surface map · completed'),
	};
	const workflow = chain('What newcomers stumble over', [manualTrigger, ids, downloadTask({ pixxel }, fromItem, { options: {} }, { name: NODES.byExpression })]);
	const more = [
		downloadTask({ pixxel }, demo, { ...picked, options: {} }, { name: NODES.listed }),
		downloadTask({ pixxel }, running, { options: {} }, { name: NODES.running }),
		downloadTask({ pixxel: { id, name } }, demo, { options: {} }, { name: NODES.refused }),
		{ ...downloadTask({ pixxel }, demo), name: NODES.listing, parameters: { resource: 'job', operation: 'getAll', workflowId: picked.workflowId } },
	];
	for (const [place, step] of more.entries()) workflow.nodes.push({ id: `more-${place}`, position: [220, 200 + 200 * place], ...step });
	const starts = more.map(({ name: node }) => ({ node, type: 'main' as const, index: 0 }));
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

async function pickAnother(stage: Stage, field: string, entry: RegExp): Promise<void> {
	const { editor } = stage;
	await editor.openList(field);
	const found = editor.part('rlc-item').filter({ hasText: entry }).first();
	await found.waitFor();
	await found.click();
}

async function staleChildren(stage: Stage, open: (node: string) => Promise<void>): Promise<void> {
	const { editor, page, pictures, steps } = stage;
	await steps.step('Pick another job: the task goes, as it is not of that job. Another workflow: the job goes too', async () => {
		await open(NODES.listed);
		await seeUntil('three names, no IDs', () => chosen(stage), (texts) => texts[0] === DEMO_WORKFLOW && !texts.some((text) => /[0-9a-f]{8}-/.test(text)));
		await pickAnother(stage, 'jobId', /2025-03-11/);
		await seeUntil('no task', () => chosen(stage), ([, job, task]) => /2025-03-11/.test(job ?? '') && task === '');
		await pickAnother(stage, 'taskId', /Tailings/);
		await seeUntil('its task', () => chosen(stage), ([, , task]) => /Tailings/.test(task ?? ''));
		await pickAnother(stage, 'workflowId', /Haul road dust/);
		await seeUntil('neither job nor task', () => chosen(stage), ([, job, task]) => job === '' && task === '');
		await editor.calm();
		await pictures.take('stale-children', { of: editor.panel() });
	});

	await steps.step('Expressions stay when the node before has run', async () => {
		await open(NODES.byExpression);
		const before = await seeUntil('three expressions', () => chosen(stage), (texts) => texts.every((text) => text.includes('$json')));
		await page.getByText('Execute previous nodes').first().click();
		await seeText(() => editor.part('ndv-input-panel').innerText(), 'workflow_id');
		// Time enough for the editor to evaluate them anew.
		await page.waitForTimeout(2_000);
		see(`the same in ${JSON.stringify(await chosen(stage))}`, JSON.stringify(await chosen(stage)) === JSON.stringify(before));
		await editor.calm();
		await pictures.take('expressions-stay', { of: editor.panel() });
	});
}

async function whatIsSaid(stage: Stage, open: (node: string) => Promise<void>): Promise<void> {
	const { editor, page, pictures, steps, output } = stage;
	await steps.step('A task that has not finished: that is what the message says, with the way out', async () => {
		await open(NODES.running);
		await editor.execute();
		await seeText(output, 'This task has not finished yet', 'its status is "running"', 'not for the analysis', 'Pixxel Trigger');
		await editor.calm();
		await pictures.take('not-finished', { of: editor.panel() });
	});

	await steps.step('A list that is refused says why once', async () => {
		await open(NODES.refused);
		await editor.part('parameter-input-workflowId').or(editor.part('resource-locator-workflowId')).first().waitFor();
		await page.getByTestId('rlc-mode-selector').first().click();
		await page.locator('[role="option"]:visible').filter({ hasText: 'From List' }).click();
		await editor.openList('workflowId');
		const said = await seeText(() => editor.listTrouble(), 'Look it up in Aurora');
		see(`it once in ${JSON.stringify(said)}`, said.split('Look it up in Aurora').length === 2);
		await pictures.take('list-refused', { of: editor.panel() });
		await editor.closeList();
	});

	await steps.step('The field for the file is explained as an output', async () => {
		await open(NODES.listed);
		const label = editor.part('input-label', editor.part('node-parameters')).filter({ hasText: 'Put Output File in Field' });
		await label.hover();
		await page.waitForTimeout(1_000);
		const tooltips = (await page.locator('[role="tooltip"]:visible, .el-popper:visible').allInnerTexts()).join('\n');
		see(`nothing about inputs in ${JSON.stringify(tooltips)}`, !/input/i.test(tooltips));
	});

	await steps.step('Waiting turned off: nothing bounds it', async () => {
		await editor.part('parameter-input-waitUntilReady').first().click();
		const add = editor.part('collection-parameter-add').locator('input').first();
		await add.click();
		const options = await seeUntil('the options', () => editor.choices(), (choices) => choices.length > 0);
		see(`no wait in ${JSON.stringify(options)}`, !options.some((option) => /Max Wait|Poll Interval/.test(option)));
		await editor.closeChoices();
	});
}

/** What newcomers have stumbled over, and shall not again. */
export async function stumbleOverNothing(stage: Stage): Promise<void> {
	const { editor, page, pictures, steps, client } = stage;
	await steps.step('Words that people type find the node', async () => {
		for (const words of SEARCHES) {
			await editor.newWorkflow();
			await editor.part('canvas-plus-button').click();
			const panel = editor.part('node-creator');
			await editor.part('node-creator-search-bar', panel).pressSequentially(words);
			await seeUntil(`Pixxel for "${words}"`, () => editor.part('node-creator-item-name', panel).allInnerTexts(), (names) => names.some((name) => name.trim() === 'Pixxel'));
			await pictures.take(`search-${words.replace(' ', '-')}`);
		}
	});

	const { id } = await client.createWorkflow(await stumblingBlocks(stage));
	// Afresh for each: what n8n remembers of a run gets in the way of the next one.
	const open = async (node: string) => {
		await editor.openWorkflow(id);
		await editor.openNode(node);
	};
	await staleChildren(stage, open);
	await whatIsSaid(stage, open);

	await steps.step('Create Job says that it costs credits; the filter Status offers words', async () => {
		await open(NODES.listing);
		await editor.part('collection-parameter-add').locator('input').first().click();
		await page.locator('[role="option"]:visible').filter({ hasText: 'Status' }).click();
		await editor.openChoice('status');
		// The list of filters may still be closing.
		await seeUntil('words of Pixxel', () => editor.choices(), (words) => ['Completed', 'Running'].every((word) => words.includes(word)));
		await pictures.take('status-filter', { of: editor.panel() });
		await editor.closeChoices();
		await editor.choose('operation', 'Create');
		await seeText(() => editor.part('node-parameters').innerText(), 'costs credits', 'Get Cost Estimate');
		await editor.calm();
		await pictures.take('create-job-notice', { of: editor.panel() });
		await editor.choose('operation', 'Get Many');
		// The project above it is no more, and none had been picked.
		await page.waitForTimeout(1_000);
		await seeText(() => editor.part('rlc-input', editor.part('resource-locator-workflowId')).inputValue(), DEMO_WORKFLOW);
	});
}
