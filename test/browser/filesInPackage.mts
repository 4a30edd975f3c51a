import { chain, downloadTask, manualTrigger } from '../n8n/scenarios/workflows.mts';
import { DEMO_WORKFLOW, type Stage, WINDOW } from './browserStage.mts';
import { see, seeText, seeUntil } from './seen.mts';

const PATTERNS = '*.png, *.json, *.geojson';
const WANTED = ['quicklook.png', 'statistics.json', 'zones.geojson'];

/** A workflow whose task was picked from the lists. Answers its id. */
async function workflowWithTask({ sandbox: { known: { demo } }, client, credential }: Stage): Promise<string> {
	const fromList = (value: string, cachedResultName: string) => ({ __rl: true, mode: 'list', value, cachedResultName });
	const task = {
		workflowId: fromList(demo.workflowId, DEMO_WORKFLOW),
		jobId: fromList(demo.jobId, '2025-03-25 06:30 UTC · completed'),
		taskId: fromList(demo.taskId, 'Tailings surface map · completed'),
		options: {},
	};
	const workflow = chain('A look into the package', [manualTrigger, downloadTask({ pixxel: await credential() }, demo, task, { name: 'Download Task' })]);
	return (await client.createWorkflow(workflow)).id;
}

/** Pictures of the files, in a window tall enough for all three. */
async function takePictures({ editor, page, pictures }: Stage): Promise<void> {
	await page.setViewportSize({ ...WINDOW, height: 1_100 });
	await editor.calm();
	await pictures.takeForReadme('files-in-the-package', { of: editor.parametersAndOutput() });
	await editor.useTheme('dark');
	await pictures.take('files-in-the-package-dark', { of: editor.panel() });
	await editor.useTheme('light');
	await page.setViewportSize(WINDOW);
}

/** Only some files of a package, each an item of its own, and a picture among them looked at. */
export async function takeFilesOut(stage: Stage): Promise<void> {
	const { editor, page, pictures, steps, sandbox, output } = stage;
	const { demo } = sandbox.known;
	const id = await workflowWithTask(stage);

	await steps.step('Output "Files in the Package": type patterns, execute, and each file is an item', async () => {
		await editor.openWorkflow(id);
		await editor.openNode('Download Task');
		await editor.choose('output', 'Files in the Package');
		await editor.part('parameter-input-files').locator('textarea, input').first().fill(PATTERNS);
		await sandbox.forgetRequests();
		await editor.execute();
		const text = await seeText(output, `${WANTED.length} items`, ...WANTED);
		see('no GeoTIFF', !text.includes('.tif'));
		const fetched = (await sandbox.requests('storage')).reduce((sum, { bytesSent }) => sum + bytesSent, 0);
		const { size } = await sandbox.packageInfo(demo.taskId);
		see(`less than all of the package fetched: ${fetched} of ${size} bytes`, fetched < size);
		await editor.calm();
		await takePictures(stage);
	});

	await steps.step("View the picture in n8n's own viewer", async () => {
		const found = page.locator('[data-test-id^="ndv-binary-data_"]').filter({ hasText: 'quicklook.png' });
		await editor.part('ndv-view-binary-data', found).click();
		const picture = page.locator('.binary-data-window img');
		const width = () => picture.evaluate((image) => ('naturalWidth' in image ? Number(image.naturalWidth) : 0));
		await seeUntil('the picture drawn', width, (pixels) => pixels > 100);
		await editor.calm();
		await pictures.takeForReadme('quicklook', { of: editor.parametersAndOutput() });
	});

	await steps.step('Output "List of Files in the Package": paths and sizes, and no file', async () => {
		await editor.openWorkflow(id);
		await editor.openNode('Download Task');
		await editor.choose('output', 'List of Files in the Package');
		// The editor has saved the patterns of before by itself.
		await editor.part('parameter-input-files').locator('textarea, input').first().fill('');
		await seeUntil('no field for a file', () => editor.fields(), (fields) => !fields.includes('Put Output File in Field') && fields.includes('Files'));
		await editor.execute();
		await editor.showOutputAs('table');
		await seeText(output, '5 items', 'quicklook.png', 'rasters/bands.tif');
		await page.waitForTimeout(300);
		await editor.calm();
		await pictures.take('list-of-files', { of: editor.panel() });
	});
}
