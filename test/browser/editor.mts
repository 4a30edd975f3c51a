/**
 * The node in n8n's editor, used the way a person uses it: a real n8n, a real browser, the sandbox in Pixxel's place.
 *
 *   node test/run.mjs test/browser/editor.mts                 pictures go to .n8n-run/screenshots
 *   node test/run.mjs test/browser/editor.mts --screenshots   makes the README's pictures, in docs/images, anew
 */
import { parseArgs } from 'node:util';
import { runMain } from '../n8n/process/runMain.mts';
import { setStage } from './browserStage.mts';
import { takeFilesOut } from './filesInPackage.mts';
import { firstWorkflow } from './firstWorkflow.mts';
import { stumbleOverNothing } from './stumblingBlocks.mts';
import { branchOnError, downloadFinishedJob, fetchTestEvent, makeMistakes } from './wholeWorkflows.mts';

const say = (line: string) => console.log(line);

async function main(): Promise<number> {
	const { values } = parseArgs({ options: { screenshots: { type: 'boolean', default: false } } });
	const stage = await setStage(values.screenshots, say);
	const { steps } = stage;
	for (const part of [firstWorkflow, takeFilesOut, fetchTestEvent, downloadFinishedJob, makeMistakes, branchOnError, stumbleOverNothing]) {
		await steps.part(() => part(stage));
	}
	return steps.checks.sum();
}

await runMain(main);
