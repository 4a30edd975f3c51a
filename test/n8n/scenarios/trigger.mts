import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { outputOf, type Workflow } from '../instance/n8nClient.mts';
import { until } from '../process/until.mts';
import { chosen, example, fillIn } from './exampleFiles.mts';
import { assertPackages } from './packages.mts';
import { scenarios, type Stage } from './stage.mts';
import { byId, chain, type Step } from './workflows.mts';

/** Polls every five seconds for half a minute, from some seconds on. n8n wants a minute between two polls at one time of day, but takes several times. */
function everyFiveSeconds(afterSeconds: number, times = ['*']): { item: object[] } {
	const first = new Date().getSeconds() + afterSeconds;
	const seconds = Array.from({ length: 7 }, (_, index) => (first + 5 * index) % 60);
	return { item: seconds.flatMap((second) => times.map((minute) => ({ mode: 'custom', cronExpression: `${second} ${minute} * * * *` }))) };
}

const triggerStep = ({ pixxel, sandbox }: Stage, pollTimes: object, name = 'Pixxel Trigger'): Step => ({
	name,
	type: 'n8n-nodes-pixxel.pixxelTrigger',
	typeVersion: 1,
	parameters: { pollTimes, event: 'jobFinished', workflowId: byId(sandbox.known.demo.workflowId), outcome: 'any' },
	credentials: { pixxelApi: pixxel },
});

/** What an active workflow has brought so far: IDs of jobs, oldest execution first. Throws where an execution did not succeed. */
async function brought({ client }: Stage, id: string, names = ['Pixxel Trigger']): Promise<unknown[]> {
	const executions = await client.executionsOf(id);
	const ended = await Promise.all(executions.map(async (execution) => await client.waitForExecution(execution.id, 30_000)));
	const failed = ended.filter(({ status }) => status !== 'success').map(({ error }) => error?.message);
	assert.deepEqual(failed, []);
	return ended.reverse().flatMap((execution) => names.flatMap((name) => outputOf(execution, name).map(({ json }) => json.id)));
}

/** Does some work once all triggers of a workflow are active. */
async function whileActive(stage: Stage, workflow: Workflow, work: (id: string) => Promise<void>): Promise<void> {
	const { client, create } = stage;
	const { id } = await create(workflow);
	const triggers = workflow.nodes.filter(({ type }) => type.endsWith('.pixxelTrigger')).length;
	await client.activateWorkflow(id);
	const active = until('the first polls', async () => (await polls(stage)) >= triggers, 20_000).then(async () => await work(id));
	await active.finally(async () => await client.activateWorkflow(id, false));
}

const polls = async ({ sandbox }: Stage) => (await sandbox.requests('api')).filter(({ path }) => path.endsWith('/jobs')).length;
const make = async ({ sandbox }: Stage) => (await sandbox.makeJob({ workflowId: sandbox.known.demo.workflowId })).id;

export const trigger = scenarios({
	async 'Trigger: active, polls by itself; a finished job brings all its files, nothing old and nothing twice'(stage) {
		const { client, sandbox } = stage;
		const { workflowId } = sandbox.known.demo;
		const workflow = fillIn(example('when-a-job-has-finished'), {
			'When a Job Has Finished': { ...chosen({ workflowId }), pollTimes: everyFiveSeconds(5) },
		});
		await sandbox.configurePackage('*', { readyAfterMs: 500, size: 300_000 });
		await whileActive(stage, { ...workflow, name: 'Real polls' }, async (id) => {
			await until('two polls', async () => (await polls(stage)) > 1, 30_000);
			assert.equal((await client.executionsOf(id)).length, 0, 'old jobs came');

			const job = await sandbox.makeJob({ workflowId });
			const begun = await until('an execution', async () => (await client.executionsOf(id))[0]?.id, 30_000);
			const execution = await client.waitForExecution(begun, 60_000);
			assert.equal(execution.status, 'success', execution.error?.message);
			assert.equal(execution.mode, 'trigger');
			assert.equal(outputOf(execution, 'When a Job Has Finished')[0]?.json.id, job.id);
			await assertPackages(stage, outputOf(execution, 'Download Each Task'), job.tasks.map(({ id: taskId }) => taskId));
			const pollsSoFar = await polls(stage);
			await until('another poll', async () => (await polls(stage)) > pollsSoFar, 30_000);
			await sleep(500);
			assert.equal((await client.executionsOf(id)).length, 1, 'the job came twice');
		});
	},

	async 'Trigger: polls that take longer than the interval bring each job once, and none of them ends in an error'(stage) {
		await whileActive(stage, chain('Slow polls', [triggerStep(stage, everyFiveSeconds(5))]), async (id) => {
			await stage.sandbox.script({ path: '/jobs$' }, { delayMs: 5_500, repeat: true });
			await stage.sandbox.script({ path: '/jobs/' }, { delayMs: 2_000, repeat: true });
			const jobs = [await make(stage), await make(stage)];
			await until('both jobs', async () => (await brought(stage, id)).length >= 2, 45_000);
			const pollsSoFar = await polls(stage);
			await until('another poll', async () => (await polls(stage)) > pollsSoFar, 30_000);
			// No slow poll may be left for what is tried next.
			await stage.sandbox.clearScripts();
			await sleep(10_000);
			assert.deepEqual((await brought(stage, id)).sort(), jobs.sort());
		});
	},

	async 'Trigger: two of them in one workflow, polled at the same moment, do not get into each other’s way'(stage) {
		const names = ['Fast', 'Slow'];
		const pollTimes = everyFiveSeconds(5);
		const workflow = chain('Two triggers', names.map((name) => triggerStep(stage, pollTimes, name)));
		await whileActive(stage, { ...workflow, connections: {} }, async (id) => {
			await stage.sandbox.script({ path: '/jobs$' }, [{ delayMs: 1_500 }, {}, { delayMs: 1_500 }, {}, { delayMs: 1_500 }, {}]);
			const job = await make(stage);
			await until('the job from both', async () => (await brought(stage, id, names)).length >= 2, 45_000);
			await sleep(6_000);
			assert.deepEqual(await brought(stage, id, names), [job, job]);
		});
	},
});

/** What takes a while to see, and what the engine's tests of the ways of polling see as well: with `--all`. */
export const slowTrigger = scenarios({
	async 'Trigger: a job that ends between activation and the first poll of its schedule comes, once'(stage) {
		await whileActive(stage, chain('Early job', [triggerStep(stage, everyFiveSeconds(10))]), async (id) => {
			const job = await make(stage);
			await until('three more polls', async () => (await polls(stage)) > 3, 45_000);
			await sleep(500);
			assert.deepEqual(await brought(stage, id), [job]);
		});
	},

	async 'Trigger: two poll times that fall on the same second bring each job once'(stage) {
		await whileActive(stage, chain('Same second', [triggerStep(stage, everyFiveSeconds(10, ['*', '*/1']))]), async (id) => {
			const job = await make(stage);
			await until('an execution', async () => (await brought(stage, id)).length > 0, 45_000);
			await sleep(6_000);
			assert.deepEqual(await brought(stage, id), [job]);
		});
	},
});
