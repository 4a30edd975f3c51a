import { OWNER } from '../n8n/instance/n8nClient.mts';
import { DEMO_WORKFLOW } from '../n8n/scenarios/workflows.mts';
import { DEMO_FILE, type Stage } from './browserStage.mts';
import { see, seeList, seeText, seeUntil } from './seen.mts';

const DEMO_JOB = '2025-03-25 06:30';
const DEMO_TASK = 'Tailings surface map';

/** The node's actions, as the node panel lists them. */
const ACTIONS = [
	...['Get area of interest', 'Get many areas of interest'],
	...['Download asset', 'Get many assets'],
	...['Download image', 'Get image', 'Get many images'],
	...['Download insight', 'Get many insights'],
	...['Create job', 'Download job', 'Get job', 'Get many jobs'],
	'Download package from link',
	...['Get project', 'Get many projects'],
	'Download task',
	...['Get many visualizations', 'Get picture of visualization'],
	...['Get workflow', 'Get cost estimate of workflow', 'Get many workflows'],
];

const DOWNLOAD_FIELDS = ['Wait Until Ready', 'Output', 'Put Output File in Field', 'Options'];

/** Each operation, and the fields that its panel shows under Resource and Operation. */
const OPERATIONS: Record<string, Record<string, string[]>> = {
	'Area of Interest': { Get: ['Area of Interest', 'Simplify'], 'Get Many': ['Return All', 'Limit', 'Simplify', 'Filters'] },
	Asset: { Download: ['Area of Interest', 'Asset', ...DOWNLOAD_FIELDS], 'Get Many': ['Area of Interest', 'Return All', 'Limit', 'Simplify'] },
	Image: { Download: ['Image', ...DOWNLOAD_FIELDS], Get: ['Image', 'Simplify'], 'Get Many': ['Return All', 'Limit', 'Simplify', 'Filters'] },
	Insight: { Download: ['Area of Interest', 'Insight', ...DOWNLOAD_FIELDS], 'Get Many': ['Area of Interest', 'Return All', 'Limit', 'Simplify', 'Filters'] },
	Job: {
		Create: ['Project', 'Workflow', 'Wait for Completion', 'Simplify'],
		Download: ['Workflow', 'Job', ...DOWNLOAD_FIELDS],
		Get: ['Workflow', 'Job', 'Simplify'],
		'Get Many': ['Workflow', 'Return All', 'Limit', 'Simplify', 'Filters'],
	},
	Package: { 'Download From Link': ['Link', 'Output', 'Put Output File in Field', 'Options'] },
	Project: { Get: ['Project'], 'Get Many': ['Return All', 'Limit'] },
	Visualization: {
		'Get Many': ['Area of Interest', 'Return All', 'Limit', 'Filters'],
		'Get Picture': ['Area of Interest', 'Visualization', 'Date', 'Legend', 'Put Output File in Field'],
	},
	Workflow: {
		Get: ['Project', 'Workflow'],
		'Get Cost Estimate': ['Workflow'],
		'Get Many': ['Return All', 'Limit', 'Filters'],
	},
	Task: { Download: ['Workflow', 'Job', 'Task', ...DOWNLOAD_FIELDS] },
};

/** n8n offers this with every credential: it leads to its HTTP Request node. */
const ADDED_BY_N8N = 'Custom API Call';

async function findNode({ editor, steps }: Stage): Promise<void> {
	await steps.step('Sign in', async () => {
		await editor.signIn(OWNER.email, OWNER.password);
	});

	await steps.step('Type "pixxel" into the node panel: node and trigger are one entry, with all actions', async () => {
		const panel = await editor.searchNodePanel('pixxel');
		const entries = () => editor.part('node-creator-item-name', panel).allInnerTexts();
		await seeList('the search bring one entry', entries, ['Pixxel']);
		await editor.part('item-iterator-item', panel).first().click();
		await panel.getByText(/^Actions \(\d+\)/).click();
		await seeList('the trigger and all actions', entries, ['On image delivered', 'On insight finished', 'On job finished', ...ACTIONS]);
	});

	await steps.step('Add "Download task": it comes with a manual trigger, and its fields are in order', async () => {
		await editor.part('node-creator').getByText('Download task', { exact: true }).click();
		await editor.panel().waitFor();
		await seeList('the fields', () => editor.fields(), ['Resource', 'Operation', ...(OPERATIONS.Task?.Download ?? [])]);
	});
}

async function makeCredential({ editor, steps, sandbox }: Stage): Promise<void> {
	const dialog = editor.part('editCredential-modal');
	const credentialField = (name: string) => editor.part(`parameter-input-${name}`, dialog).locator('input');
	const saveCredential = () => editor.part('credential-save-button', dialog).click();

	await steps.step('Connect with a wrong key: the dialog says what to do', async () => {
		await editor.part('node-credentials-empty-state').getByText('Connect to Pixxel').click();
		await dialog.waitFor();
		await credentialField('apiKey').fill('not-the-key-that-aurora-shows');
		await steps.takeForReadme('credential', [dialog]);
		await credentialField('baseUrl').fill(sandbox.url);
		await saveCredential();
		await dialog.getByText('More details').click();
		await seeText(() => dialog.innerText(), 'Pixxel does not recognise this key (HTTP 401).', '"Bearer Token" under "Send As"');
	});

	await steps.step('Connect with the right key: green', async () => {
		await credentialField('apiKey').fill(` ${sandbox.keys.valid} `);
		await saveCredential();
		// n8n closes the dialog where the key works.
		await dialog.waitFor({ state: 'hidden' });
		await editor.part('credential-edit-button').click();
		await seeText(() => dialog.innerText(), 'Connection tested successfully');
		await dialog.getByRole('button', { name: /close/i }).first().click();
		await dialog.waitFor({ state: 'hidden' });
	});
}

async function pickTask({ editor, steps }: Stage): Promise<void> {
	await steps.step('Open the lists of Job and Task too early: they say what to choose first', async () => {
		for (const list of ['jobId', 'taskId']) {
			await editor.openList(list);
			await seeText(() => editor.listTrouble().innerText(), 'Choose a workflow first');
			await editor.closeList();
		}
	});

	await steps.step('Pick a workflow by typing a part of its name', async () => {
		await editor.openList('workflowId');
		await seeUntil('many workflows', () => editor.listed(), (names) => names.length >= 50);
		await editor.part('rlc-search').filter({ visible: true }).pressSequentially('pond');
		await seeUntil('only what was searched for', () => editor.listed(), (names) => names.length > 1 && names.every((name) => /pond/i.test(name)));
		await editor.pick('workflowId', DEMO_WORKFLOW);
	});

	await steps.step('Pick a job: newest first, with date and status', async () => {
		await editor.openList('jobId');
		const jobs = await seeUntil('the five jobs', () => editor.listed(), (names) => names.length === 5);
		see(`the newest first in ${JSON.stringify(jobs)}`, JSON.stringify(jobs) === JSON.stringify([...jobs].sort().reverse()));
		see(`the states in ${JSON.stringify(jobs)}`, ['running', 'completed', 'failed'].every((status) => jobs.join().includes(status)));
		await editor.pick('jobId', DEMO_JOB);
	});

	await steps.step('Pick a task of that job', async () => {
		await editor.openList('taskId');
		await seeUntil('the four tasks', () => editor.listed(), (names) => names.length === 4 && names.every((name) => name.includes('completed')));
		await steps.takeForReadme('pick-task', [editor.part('node-parameters')]);
		await editor.pick('taskId', DEMO_TASK);
	});
}

/** Runs the node, and looks at its output and at its options. */
async function download({ editor, steps, sandbox, output }: Stage): Promise<void> {
	await steps.step('Execute the step: the file is in the output', async () => {
		await editor.execute();
		const { size } = await sandbox.packageInfo(sandbox.known.demo.taskId);
		await seeText(output, '1 item', DEMO_FILE, 'application/zip', `${Math.round(size / 1000)} kB`);
		await steps.takeForReadme('download-task', editor.parametersAndOutput());
	});

	await steps.step('Open Options', async () => {
		const options = await editor.addable();
		see(`Max Wait and others in ${JSON.stringify(options)}`, options.length === 5 && options.some((option) => option.startsWith('Max Wait')));
		await steps.look('options');
		await editor.choices('Max Wait').click();
		await seeUntil('the option', () => editor.fields(), (fields) => fields.some((field) => field.startsWith('Max Wait')));
	});
}

async function everyOperation({ editor, steps }: Stage): Promise<void> {
	for (const [resource, operations] of Object.entries(OPERATIONS)) {
		await steps.step(`Resource ${resource}: its operations, and the fields of each`, async () => {
			await editor.choose('resource', resource);
			await editor.openChoice('operation');
			await seeList('the operations', () => editor.choiceTexts(), [...Object.keys(operations), ADDED_BY_N8N]);
			await editor.closeChoices();
			for (const [operation, fields] of Object.entries(operations)) {
				await editor.choose('operation', operation);
				await seeList(`the fields of ${operation}`, async () => (await editor.fields()).slice(0, fields.length + 2), ['Resource', 'Operation', ...fields]);
				await steps.look(`${resource} ${operation}`);
			}
		});
	}
}

/** What a newcomer does: from signing in to the first file, and a look at everything that there is. */
export async function firstWorkflow(stage: Stage): Promise<void> {
	await findNode(stage);
	await makeCredential(stage);
	await pickTask(stage);
	await download(stage);
	await everyOperation(stage);
}
