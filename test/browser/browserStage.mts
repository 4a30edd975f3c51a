import { selectors } from 'playwright-core';
import { bringUp, pixxelCredential } from '../n8n/instance/bringUp.mts';
import type { Report } from '../n8n/process/runCommand.mts';
import { stopAtEnd } from '../n8n/process/shutdown.mts';
import { startSandbox } from '../sandbox/client.mts';
import { startChromium } from './chromium.mts';
import { N8nEditor } from './n8nEditor.mts';
import { Steps } from './steps.mts';

/** What most laptops show. */
export const WINDOW = { width: 1440, height: 900 };
/** So that text is sharp on the screens of today. */
const SHARPNESS = 2;
const PATIENCE_MS = 30_000;

export const DEMO_FILE = 'tailings-surface-map.zip';

/** What all parts of the test work with. */
export type Stage = Awaited<ReturnType<typeof setStage>>;

/** Starts an n8n that is as empty as a newcomer's, the sandbox, and a browser that looks at the editor. */
export async function setStage(forReadme: boolean, say: Report) {
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
		/** What the node's output panel shows. */
		output: () => editor.part('output-panel').innerText(),
		/** The credential that was made in the editor. */
		credential: () => client.saveCredential(pixxelCredential(sandbox)),
	};
}
