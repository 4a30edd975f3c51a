import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Page, selectors } from 'playwright-core';
import { holdLock } from '../n8n/install/folderLock.mts';
import { installN8n } from '../n8n/install/installN8n.mts';
import { N8nClient } from '../n8n/instance/n8nClient.mts';
import { installNode, packNode } from '../n8n/install/packNode.mts';
import { n8nUserFolder } from '../n8n/install/projectRoot.mts';
import { stopAtEnd } from '../n8n/process/shutdown.mts';
import { startN8n } from '../n8n/instance/startN8n.mts';
import { NEWEST_N8N } from '../n8n/install/versions.mts';
import { type SandboxHandle, startSandbox } from '../sandbox/client.mts';
import { startChromium } from './chromium.mts';
import { N8nEditor } from './n8nEditor.mts';
import { Pictures } from './pictures.mts';
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
	pictures: Pictures;
	steps: Steps;
	sandbox: SandboxHandle;
	client: N8nClient;
	/** What the node's output panel shows. */
	output: () => Promise<string>;
	/** The credential that was made in the editor. */
	credential: () => Promise<{ id: string; name: string }>;
}

/**
 * Starts an n8n without any data, the sandbox, and a browser that looks at the editor.
 *
 * @param screenshots whether the README's pictures are made anew
 */
export async function setStage(screenshots: boolean, say: (line: string) => void): Promise<Stage> {
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
	const client = await N8nClient.signIn(server);

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
	const pictures = new Pictures(page, screenshots);
	const steps = new Steps(say, (name) => pictures.take(name));

	return {
		...{ editor, page, pictures, steps, sandbox, client },
		output: () => editor.output(),
		async credential() {
			const credentials = await client.request<Array<{ id: string; name: string }>>('GET', '/credentials');
			const made = credentials.find(({ name }) => name === 'Pixxel account');
			if (!made) throw new Error(`The credential made in the editor is not there: ${JSON.stringify(credentials.map(({ name }) => name))}`);
			return { id: made.id, name: made.name };
		},
	};
}
