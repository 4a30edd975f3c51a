import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { outputOf } from '../instance/n8nClient.mts';
import { until } from '../process/until.mts';
import { chosen, example, fillIn } from './exampleFiles.mts';
import { assertPackages } from './packages.mts';
import { scenarios } from './stage.mts';

/** n8n wants a minute between two polls at one time of day, but takes several times: here every five seconds. */
const EVERY_FIVE_SECONDS = Array.from({ length: 12 }, (_, index) => ({ mode: 'custom', cronExpression: `${index * 5} * * * * *` }));

export const trigger = scenarios({
	async 'Trigger: active, polls by itself; a finished job brings all its files, nothing old and nothing twice'(stage) {
		const { client, sandbox } = stage;
		const { workflowId } = sandbox.known.demo;
		const workflow = fillIn(example('when-a-job-has-finished'), {
			'When a Job Has Finished': { ...chosen({ workflowId }), pollTimes: { item: EVERY_FIVE_SECONDS } },
		});
		const { id } = await stage.create({ ...workflow, name: 'Real polls' });
		await sandbox.configurePackage('*', { readyAfterMs: 500, size: 300_000 });
		await client.activateWorkflow(id);
		try {
			const polls = async () => (await sandbox.requests('api')).filter(({ path }) => path.endsWith('/jobs')).length;
			await until('two polls', async () => (await polls()) > 1, 20_000);
			assert.equal((await client.executionsOf(id)).length, 0, 'old jobs came');

			const job = await sandbox.makeJob({ workflowId });
			const begun = await until('an execution', async () => (await client.executionsOf(id))[0]?.id, 20_000);
			const execution = await client.waitForExecution(begun, 60_000);
			assert.equal(execution.status, 'success', execution.error?.message);
			assert.equal(execution.mode, 'trigger');
			assert.equal(outputOf(execution, 'When a Job Has Finished')[0]?.json.id, job.id);
			await assertPackages(stage, outputOf(execution, 'Download Each Task'), job.tasks.map(({ id: taskId }) => taskId));
			const pollsSoFar = await polls();
			await until('another poll', async () => (await polls()) > pollsSoFar, 20_000);
			await sleep(500);
			assert.equal((await client.executionsOf(id)).length, 1, 'the job came twice');
		} finally {
			await client.activateWorkflow(id, false);
		}
	},
});
