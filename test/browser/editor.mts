/**
 * The node in n8n's editor, used the way a person uses it: a real n8n, a real browser, the sandbox in Pixxel's place.
 *
 *   npm run test:browser                    pictures go to .n8n-run/screenshots
 *   npm run test:browser -- --screenshots   makes the README's pictures, in docs/images, anew
 */
import { parseArgs } from 'node:util';
import { runMain } from '../n8n/process/shutdown.mts';
import { setStage } from './browserStage.mts';
import { takeFilesOut } from './filesInPackage.mts';
import { firstWorkflow } from './firstWorkflow.mts';
import { stumbleOverNothing } from './stumblingBlocks.mts';
import { branchOnError, downloadFinishedJob, fetchTestEvent } from './wholeWorkflows.mts';

await runMain(async () => {
	const { values } = parseArgs({ options: { screenshots: { type: 'boolean', default: false } } });
	const stage = await setStage(values.screenshots, console.log);
	for (const part of [firstWorkflow, takeFilesOut, fetchTestEvent, downloadFinishedJob, branchOnError, stumbleOverNothing]) {
		await stage.steps.part(() => part(stage));
	}
	return stage.steps.checks.sum();
});
