/** The node in n8n's editor, used the way a person uses it: a real n8n, a real browser, the sandbox in Pixxel's place. */
import { Command } from 'commander';
import { runMain } from '../n8n/process/shutdown.mts';
import { setStage } from './browserStage.mts';
import { takeFilesOut } from './filesInPackage.mts';
import { firstWorkflow } from './firstWorkflow.mts';
import { stumbleOverNothing } from './stumblingBlocks.mts';
import { branchOnError, downloadFinishedJob, fetchTestEvent } from './wholeWorkflows.mts';

await runMain(async () => {
	const { screenshots } = new Command('npm run test:browser --')
		.description("Uses the node in n8n's editor, in Chromium, as a person does. Pictures go to .n8n-run/screenshots.")
		.option('--screenshots', "makes the README's pictures, in docs/images, anew", false)
		.parse()
		.opts<{ screenshots: boolean }>();
	const stage = await setStage(screenshots, console.log);
	for (const part of [firstWorkflow, takeFilesOut, fetchTestEvent, downloadFinishedJob, branchOnError, stumbleOverNothing]) {
		await stage.steps.part(() => part(stage));
	}
	return stage.steps.checks.sum();
});
