/**
 * The node in n8n's editor, used the way a person uses it: a real n8n, a real browser, the sandbox in Pixxel's place.
 *
 *   node test/run.mjs test/browser/editor.mts                 pictures go to .n8n-run/screenshots
 *   node test/run.mjs test/browser/editor.mts --screenshots   makes the README's pictures, in docs/images, anew
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { selectors, type Locator } from 'playwright-core';

import { holdLock } from '../n8n/folderLock.mts';
import { installN8n } from '../n8n/installN8n.mts';
import { N8nClient, OWNER } from '../n8n/n8nClient.mts';
import { installNode, packNode } from '../n8n/packNode.mts';
import { n8nUserFolder } from '../n8n/projectRoot.mts';
import { runMain } from '../n8n/runMain.mts';
import { stopAtEnd } from '../n8n/shutdown.mts';
import { startN8n } from '../n8n/startN8n.mts';
import { NEWEST_N8N } from '../n8n/versions.mts';
import { startSandbox } from '../sandbox/client.mts';
import { startChromium } from './chromium.mts';
import { N8nEditor } from './n8nEditor.mts';
import { Pictures } from './pictures.mts';
import { errorBranch, finishedJobToFiles, whatGoesWrong } from './scenes.mts';
import { see, seeList, seeText, seeUntil } from './seen.mts';
import { Steps } from './steps.mts';

/** What most laptops show. */
const WINDOW = { width: 1440, height: 900 };
/** So that text is sharp on the screens of today. */
const SHARPNESS = 2;
const PATIENCE_MS = 10_000;

const DEMO_WORKFLOW = 'Tailings pond monitoring';
const DEMO_JOB = '2025-03-25 06:30';
const DEMO_TASK = 'Tailings surface map';
const DEMO_FILE = 'tailings-surface-map.zip';

/** The node's actions, as the node panel lists them. */
const ACTIONS = [
	...['Create job', 'Download job', 'Get job', 'Get many jobs'],
	...['Get project', 'Get many projects'],
	'Download task',
	...['Get workflow', 'Get cost estimate of workflow', 'Get many workflows'],
];

const DOWNLOAD_FIELDS = ['Wait Until Ready', 'Output', 'Put Output File in Field', 'Options'];

/** Each operation, and the fields that its panel shows under Resource and Operation. */
const OPERATIONS: Record<string, Record<string, string[]>> = {
	Job: {
		Create: ['Project', 'Workflow', 'Wait for Completion', 'Simplify'],
		Download: ['Workflow', 'Job', ...DOWNLOAD_FIELDS],
		Get: ['Workflow', 'Job', 'Simplify'],
		'Get Many': ['Workflow', 'Return All', 'Limit', 'Simplify', 'Filters'],
	},
	Project: {
		Get: ['Project'],
		'Get Many': ['Return All', 'Limit'],
	},
	Workflow: {
		Get: ['Project', 'Workflow'],
		'Get Cost Estimate': ['Workflow'],
		'Get Many': ['Return All', 'Limit', 'Filters'],
	},
	Task: {
		Download: ['Workflow', 'Job', 'Task', ...DOWNLOAD_FIELDS],
	},
};

/** n8n offers this with every credential: it leads to its HTTP Request node. */
const ADDED_BY_N8N = 'Custom API Call';

const say = (line: string) => console.log(line);

/** Starts everything and goes through all steps. Returns the exit code. */
async function main(): Promise<number> {
	const { values } = parseArgs({ options: { screenshots: { type: 'boolean', default: false } } });
	selectors.setTestIdAttribute('data-test-id');

	const browser = await startChromium(say);
	stopAtEnd(() => browser.close());
	const installation = await installN8n(NEWEST_N8N, say);
	const userFolder = n8nUserFolder(`browser-${NEWEST_N8N}`);
	const lockedBy = holdLock(`${userFolder}.lock`);
	if (lockedBy !== undefined) throw new Error(`This is running here already (process ${lockedBy}). Wait until it is done, or stop it.`);
	// A newcomer's n8n is empty.
	for (const name of ['database.sqlite', 'database.sqlite-shm', 'database.sqlite-wal', 'storage', 'binaryData']) {
		rmSync(join(userFolder, '.n8n', name), { recursive: true, force: true });
	}
	await installNode(userFolder, await packNode(say), say);

	const sandbox = await startSandbox({ readyAfterMs: 0 });
	stopAtEnd(() => sandbox.stop());
	await sandbox.configurePackage(sandbox.known.demo.taskId, { fileName: DEMO_FILE });
	say(`Starting n8n ${NEWEST_N8N}.`);
	const server = await startN8n({ installation, userFolder, binaryDataMode: 'filesystem', report: say });
	const client = new N8nClient(server.url);
	await client.setUpOwner();

	const context = await browser.newContext({
		viewport: WINDOW,
		deviceScaleFactor: SHARPNESS,
		locale: 'en-US',
		timezoneId: 'UTC',
		colorScheme: 'light',
	});
	const page = await context.newPage();
	page.setDefaultTimeout(PATIENCE_MS);
	const editor = new N8nEditor(page, server.url);
	const pictures = new Pictures(page, values.screenshots);
	const steps = new Steps(say, (name) => pictures.take(name));
	const output = () => editor.output();

	await steps.part(async () => {
		await steps.step('Sign in', async () => {
			await editor.signIn(OWNER.email, OWNER.password);
		});

		await steps.step('Type "pixxel" into the node panel: node and trigger are one entry, with ten actions', async () => {
			await editor.newWorkflow();
			const panel = await editor.searchNodePanel('pixxel', 1);
			const entries = () => editor.part('node-creator-item-name', panel).allInnerTexts();
			await seeList('the search bring one entry', entries, ['Pixxel']);
			await pictures.take('search');
			await editor.part('item-iterator-item', panel).first().click();
			await panel.getByText(/^Actions \(\d+\)/).click();
			await seeList('the trigger and all actions', entries, ['On job finished', ...ACTIONS]);
			await editor.calm();
			// Tall enough for all of them.
			await page.setViewportSize({ ...WINDOW, height: 1_120 });
			await pictures.takeForReadme('node-panel', { of: panel });
			await page.setViewportSize(WINDOW);
		});

		await steps.step('Add "Download task": it comes with a manual trigger, and its fields are in order', async () => {
			await editor.part('node-creator').getByText('Download task', { exact: true }).click();
			await editor.panel().waitFor();
			await seeList('the fields', () => editor.fields(), ['Resource', 'Operation', ...(OPERATIONS.Task?.Download ?? [])]);
			await editor.calm();
			await pictures.take('download-task-empty');
		});

		/** The credential's dialog. */
		const dialog = editor.part('editCredential-modal');
		const credentialField = (name: string): Locator => editor.part(`parameter-input-${name}`, dialog).locator('input');
		const saveCredential = () => editor.part('credential-save-button', dialog).click();

		await steps.step('Connect with a wrong key: the dialog says what to do', async () => {
			await editor.part('node-credentials-empty-state').getByText('Connect to Pixxel').click();
			await dialog.waitFor();
			await credentialField('apiKey').fill('not-the-key-that-aurora-shows');
			await editor.calm();
			await pictures.takeForReadme('credential', { of: dialog });
			await credentialField('baseUrl').fill(sandbox.url);
			await saveCredential();
			await dialog.getByText('More details').click();
			await seeText(() => dialog.innerText(), 'Pixxel does not recognise this key (401).', '"Bearer Token" under "Send As"');
			await editor.calm();
			await pictures.take('credential-wrong-key', { of: dialog });
		});

		await steps.step('Connect with the right key: green', async () => {
			await credentialField('apiKey').fill(` ${sandbox.keys.valid} `);
			await saveCredential();
			// n8n closes the dialog where the key works.
			await dialog.waitFor({ state: 'hidden' });
			await editor.part('credential-edit-button').click();
			await seeText(() => dialog.innerText(), 'Connection tested successfully');
			await editor.calm();
			await pictures.take('credential-right-key', { of: dialog });
			await dialog.getByRole('button', { name: /close/i }).first().click();
			await dialog.waitFor({ state: 'hidden' });
		});

		await steps.step('Open the lists of Job and Task too early: they say what to choose first', async () => {
			await editor.openList('jobId');
			await seeText(() => editor.listTrouble(), 'Choose a workflow first');
			await pictures.take('job-list-too-early', { of: editor.panel() });
			await editor.closeList();
			await editor.openList('taskId');
			await seeText(() => editor.listTrouble(), 'Choose a workflow first');
			await editor.closeList();
		});

		await steps.step('Pick a workflow by typing a part of its name', async () => {
			await editor.openList('workflowId');
			await seeUntil('many workflows', () => editor.listed(), (names) => names.length >= 50);
			await editor.searchList('pond');
			await seeUntil('only what was searched for', () => editor.listed(), (names) => names.length > 1 && names.every((name) => /pond/i.test(name)));
			await editor.calm();
			await pictures.take('pick-workflow', { of: editor.panel() });
			await editor.pick('workflowId', DEMO_WORKFLOW);
		});

		await steps.step('Pick a job: newest first, with date and status', async () => {
			await editor.openList('jobId');
			const jobs = await seeUntil('the five jobs', () => editor.listed(), (names) => names.length === 5);
			see(`the newest first in ${JSON.stringify(jobs)}`, JSON.stringify(jobs) === JSON.stringify([...jobs].sort().reverse()));
			see(`the states in ${JSON.stringify(jobs)}`, ['running', 'completed', 'failed'].every((status) => jobs.join().includes(status)));
			await editor.calm();
			await pictures.take('pick-job', { of: editor.panel() });
			await editor.pick('jobId', DEMO_JOB);
		});

		await steps.step('Pick a task of that job', async () => {
			await editor.openList('taskId');
			await seeUntil('the four tasks', () => editor.listed(), (names) => names.length === 4 && names.every((name) => name.includes('completed')));
			await editor.calm();
			await pictures.takeForReadme('pick-task', { of: editor.part('node-parameters') });
			await editor.pick('taskId', DEMO_TASK);
		});

		await steps.step('Execute the step: the file is in the output, light and dark', async () => {
			await editor.execute();
			const { size } = await sandbox.packageInfo(sandbox.known.demo.taskId);
			await seeText(output, '1 item', DEMO_FILE, 'application/zip', `${Math.round(size / 1000)} kB`);
			await editor.calm();
			await pictures.takeForReadme('download-task', { of: editor.parametersAndOutput() });
			await editor.useTheme('dark');
			await pictures.takeForReadme('download-task-dark', { of: editor.parametersAndOutput() });
			await editor.useTheme('light');
		});

		await steps.step("The output's JSON is Pixxel's answer, without the signed URL", async () => {
			await editor.showOutputAs('json');
			const json = await seeText(output, sandbox.known.demo.taskId, sandbox.known.demo.jobId, sandbox.known.demo.workflowId, 'ready');
			see('no signed URL', !/signed|https?:/.test(json));
			await pictures.take('download-task-json', { of: editor.panel() });
		});

		await steps.step('Output "Signed URL": the field for the file goes away, and the link comes out', async () => {
			await editor.choose('output', 'Signed URL');
			await seeUntil('no field for a file', () => editor.fields(), (fields) => !fields.includes('Put Output File in Field'));
			await editor.execute();
			await editor.showOutputAs('json');
			await seeText(output, 'signed_url', sandbox.url);
			await editor.calm();
			await pictures.take('signed-url', { of: editor.panel() });
			await editor.choose('output', 'File');
		});

		await steps.step('Open Options', async () => {
			const add = editor.part('collection-parameter-add').locator('input').first();
			await add.click();
			const options = await seeUntil('the options', () => editor.choices(), (choices) => choices.length > 0);
			see(`Max Wait and others in ${JSON.stringify(options)}`, options.length === 5 && options.some((option) => option.startsWith('Max Wait')));
			await pictures.take('options', { of: editor.panel() });
			await page.locator('[role="option"]:visible').filter({ hasText: 'Max Wait' }).click();
			await seeUntil('the option', () => editor.fields(), (fields) => fields.some((field) => field.startsWith('Max Wait')));
			await editor.calm();
			await pictures.take('options-one', { of: editor.panel() });
		});

		for (const [resource, operations] of Object.entries(OPERATIONS)) {
			await steps.step(`Resource ${resource}: its operations, and the fields of each`, async () => {
				await editor.choose('resource', resource);
				await editor.openChoice('operation');
				await seeList('the operations', () => editor.choices(), [...Object.keys(operations), ADDED_BY_N8N]);
				await pictures.take(`operations-of-${resource}`, { of: editor.panel() });
				await editor.closeChoices();
				for (const [operation, fields] of Object.entries(operations)) {
					await editor.choose('operation', operation);
					await seeList(`the fields of ${operation}`, async () => (await editor.fields()).slice(0, fields.length + 2), ['Resource', 'Operation', ...fields]);
					await editor.calm();
					await pictures.take(`${resource}-${operation}`, { of: editor.panel() });
				}
			});
		}
	});

	await steps.part(async () => {
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
	});

	const credentials = await client.request<Array<{ id: string; name: string }>>('GET', '/credentials');
	const good = credentials.find(({ name }) => name === 'Pixxel account');
	if (!good) throw new Error(`The credential made in the editor is not there: ${JSON.stringify(credentials.map(({ name }) => name))}`);
	const goodOne = { id: good.id, name: good.name };

	await steps.part(async () => {
		await steps.step('Trigger → Split Out → Download: one file for each task', async () => {
			const { id } = await client.createWorkflow(finishedJobToFiles(goodOne, sandbox.known, DEMO_WORKFLOW));
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
	});

	await steps.part(async () => {
		await steps.step('What goes wrong is said in the panel, with what to do', async () => {
			const { id, name } = await client.createCredential({
				name: 'Wrong key',
				type: 'pixxelApi',
				data: { apiKey: sandbox.keys.revoked, authScheme: 'apiKey', baseUrl: sandbox.url },
			});
			const workflow = await client.createWorkflow(whatGoesWrong(goodOne, { id, name }, sandbox.known));
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
	});

	await steps.part(async () => {
		await steps.step('A refusal goes out by the error output, with words for a person', async () => {
			const { id } = await client.createWorkflow(errorBranch(goodOne, sandbox.known));
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
	});

	say(steps.summary());
	return steps.allPassed ? 0 : 1;
}

await runMain(main);
