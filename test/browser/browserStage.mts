import { type Page, selectors } from 'playwright-core';
import { bringUp } from '../n8n/instance/bringUp.mts';
import type { N8nClient } from '../n8n/instance/n8nClient.mts';
import type { Report } from '../n8n/process/runCommand.mts';
import { stopAtEnd } from '../n8n/process/shutdown.mts';
import { type SandboxHandle, startSandbox } from '../sandbox/client.mts';
import { startChromium } from './chromium.mts';
import { N8nEditor } from './n8nEditor.mts';
import { Steps } from './steps.mts';

/** What most laptops show. */
export const WINDOW = { width: 1440, height: 900 };
/** So that text is sharp on the screens of today. */
const SHARPNESS = 2;
const PATIENCE_MS = 10_000;

export const DEMO_WORKFLOW = 'Tailings pond monitoring';
export const DEMO_FILE = 'tailings-surface-map.zip';

/** What all parts of the test work with. */
export interface Stage {
	editor: N8nEditor;
	page: Page;
	steps: Steps;
	sandbox: SandboxHandle;
	client: N8nClient;
	/** What the node's output panel shows. */
	output: () => Promise<string>;
	/** The credential that was made in the editor. */
	credential: () => Promise<{ id: string; name: string }>;
}

/** Starts an n8n that is as empty as a newcomer's, the sandbox, and a browser that looks at the editor. */
export async function setStage(forReadme: boolean, say: Report): Promise<Stage> {
	selectors.setTestIdAttribute('data-test-id');
	const browser = await startChromium(say);
	stopAtEnd(() => browser.close());
	const { n8n, client } = await bringUp({ folder: 'browser', isEmpty: true, runsAlready: 'npm run test:browser is running here already' }, say);
	const sandbox = await startSandbox({ readyAfterMs: 0 });
	await sandbox.configurePackage(sandbox.known.demo.taskId, { fileName: DEMO_FILE });

	const page = await browser.newPage({
		viewport: WINDOW,
		deviceScaleFactor: SHARPNESS,
		locale: 'en-US',
		timezoneId: 'UTC',
		colorScheme: 'light',
	});
	page.setDefaultTimeout(PATIENCE_MS);
	const editor = new N8nEditor(page, n8n.url);
	return {
		...{ editor, page, sandbox, client },
		steps: new Steps(editor, say, forReadme),
		output: () => editor.part('output-panel').innerText(),
		async credential() {
			const credentials = await client.request<Array<{ id: string; name: string }>>('GET', '/credentials');
			const made = credentials.find(({ name }) => name === 'Pixxel account');
			if (!made) throw new Error(`The credential made in the editor is not there: ${JSON.stringify(credentials.map(({ name }) => name))}`);
			return { id: made.id, name: made.name };
		},
	};
}

/** What was picked from a list, as the editor keeps it. */
export const fromList = (value: string, cachedResultName: string) => ({ __rl: true, mode: 'list', value, cachedResultName });

/** The demo task, as picked from the lists. */
export const pickedTask = ({ known: { demo } }: SandboxHandle) => ({
	workflowId: fromList(demo.workflowId, DEMO_WORKFLOW),
	jobId: fromList(demo.jobId, '2025-03-25 06:30 UTC · completed'),
	taskId: fromList(demo.taskId, 'Tailings surface map · completed'),
	options: {},
});
