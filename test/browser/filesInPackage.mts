import { chain, downloadTask, manualTrigger, pickedTask } from '../n8n/scenarios/workflows.mts';
import { type Stage, WINDOW } from './browserStage.mts';
import { see, seeText, seeUntil } from './seen.mts';

const PATTERNS = '*.png, *.json, *.geojson';
const WANTED = ['quicklook.png', 'statistics.json', 'zones.geojson'];

/** Only some files of a package, each an item of its own, and a picture among them looked at. */
export async function takeFilesOut(stage: Stage): Promise<void> {
	const { editor, page, steps, sandbox, client, output } = stage;
	const pixxel = await stage.credential();
	const download = downloadTask({ pixxel }, sandbox.known.demo, pickedTask(sandbox), { name: 'Download Task' });
	const { id } = await client.createWorkflow(chain('A look into the package', [manualTrigger, download]));
	const patterns = editor.part('parameter-input-files').locator('textarea, input').first();

	await steps.step('Output "Files in the Package": type patterns, execute, and each file is an item', async () => {
		await editor.openWorkflow(id);
		await editor.openNode('Download Task');
		await editor.choose('output', 'Files in the Package');
		await patterns.fill(PATTERNS);
		await editor.execute();
		const text = await seeText(output, `${WANTED.length} items`, ...WANTED);
		see('no GeoTIFF', !text.includes('.tif'));
		// Tall enough for all three.
		await page.setViewportSize({ ...WINDOW, height: 1_100 });
		await steps.takeForReadme('files-in-the-package', editor.parametersAndOutput());
		await page.setViewportSize(WINDOW);
	});

	await steps.step("View the picture in n8n's own viewer", async () => {
		const found = page.locator('[data-test-id^="ndv-binary-data_"]').filter({ hasText: 'quicklook.png' });
		await editor.part('ndv-view-binary-data', found).click();
		const picture = page.locator('.binary-data-window img');
		const width = () => picture.evaluate((image) => ('naturalWidth' in image ? Number(image.naturalWidth) : 0));
		await seeUntil('the picture drawn', width, (pixels) => pixels > 100);
		await steps.takeForReadme('quicklook', editor.parametersAndOutput());
	});

	await steps.step('Output "List of Files in the Package": paths and sizes, and no file', async () => {
		await editor.openWorkflow(id);
		await editor.openNode('Download Task');
		await editor.choose('output', 'List of Files in the Package');
		// The editor has saved the patterns of before by itself.
		await patterns.fill('');
		await seeUntil('no field for a file', () => editor.fields(), (fields) => !fields.includes('Put Output File in Field') && fields.includes('Files'));
		await editor.execute();
		await editor.showOutputAs('table');
		await seeText(output, '5 items', 'quicklook.png', 'rasters/bands.tif');
	});
}
