import { keys, known } from '../sandbox/client.mts';
import { callsOf, type Fields } from './operations.mts';
import { Sandboxed, shownError } from './sandboxed.mts';
import { idsOf, jobsPath, minutesAgo, triggersIn, workflowId } from './trigger.mts';

const at = Sandboxed.forTests();
const { fresh, active, make } = triggersIn(at);

describe('each job that has ended', () => {
	test('comes once, with its tasks, each of which knows where it belongs', async () => {
		const trigger = await active();
		const id = await make();
		const [job, ...more] = (await trigger.poll()) ?? [];
		expect(more).toEqual([]);
		expect(job).toMatchObject({ id, workflow_id: workflowId, status: 'completed', cost: expect.any(Number) });
		expect(job?.tasks).toHaveLength(4);
		for (const task of job?.tasks as Fields[]) {
			expect(task).toMatchObject({ job_id: id, workflow_id: workflowId, status: 'completed', name: expect.any(String) });
		}
		expect(await trigger.poll()).toBeNull();
		expect(await callsOf(at)).toEqual([`GET ${jobsPath}`, `GET ${jobsPath}/${id}`, `GET ${jobsPath}`]);
	});

	const ended = (id: string, minutes?: number) => ({ id, status: 'completed', finished_at: minutes ? minutesAgo(minutes) : '', updated_at: null });
	const dated = [3, 1, 2].map((minutes) => ended(`m${minutes}`, minutes));
	const twins = ['c', 'a', 'd', 'b'].map((id) => ({ ...ended(id), finished_at: '2026-01-02T03:04:05Z' }));
	test.each([
		['several end at the same moment, in the order of the list', twins, ['c', 'a', 'd', 'b']],
		['some have no time at all, before the others', [...dated, ended('z'), ended('x'), ended('y')], ['z', 'x', 'y', 'm3', 'm2', 'm1']],
		['the list has it twice', [ended('a', 1), ended('a', 1)], ['a']],
	])('comes once where %s', async (_name, jobs, wanted) => {
		const trigger = await active();
		await at.sandbox.script({ path: `${jobsPath}$` }, { body: { jobs } });
		await at.sandbox.script({ path: `${jobsPath}/` }, { body: {}, repeat: true });
		expect(idsOf(await trigger.poll())).toEqual(wanted);
		expect(await trigger.poll()).toBeNull();
	});

	test('ended as the list says, whatever its details say', async () => {
		const trigger = await active({ outcome: 'failed' });
		const finishedAt = minutesAgo(2);
		const id = await make({ status: 'failed', finishedAt });
		await at.sandbox.script({ path: `${jobsPath}/` }, { body: { id: 'other', status: 'running', finished_at: '', cost: 7, tasks: [] } });
		expect(await trigger.poll()).toMatchObject([{ id, status: 'failed', finished_at: finishedAt, cost: 7, tasks: [] }]);
	});

	test.each([[null], [''], ['soon'], ['0001-01-01T00:00:00Z'], ['31/12/2025']])(
		'comes once where "finished_at" is %j',
		async (finishedAt) => {
			const trigger = await active();
			const id = await make({ finishedAt });
			expect(idsOf(await trigger.poll())).toEqual([id]);
			expect(await trigger.poll()).toBeNull();
		},
	);

	test.each(['empty', 'absent', 'null', 'zero'] as const)('comes when it ends, not before, whatever stood for its end: %s', async (unfinishedAt) => {
		await at.sandbox.behave({ unfinishedAt });
		const trigger = await active();
		const id = await make({ running: true });
		expect(await trigger.poll()).toBeNull();
		await at.sandbox.finishJob(id);
		expect(idsOf(await trigger.poll())).toEqual([id]);
		expect(await trigger.poll()).toBeNull();
	});

	test('comes by hundreds', async () => {
		const trigger = await active();
		const made: string[] = [];
		for (let index = 0; index < 300; index++) made.push(await make({ finishedAt: minutesAgo(400 - index) }));
		expect(idsOf(await trigger.poll())).toEqual(made);
		expect(await trigger.poll()).toBeNull();
	});

	test.each([{ body: { tasks: null } }, { body: {} }])('has a list of tasks and its IDs, whatever its details lack: %j', async (answer) => {
		const trigger = await active();
		const id = await make();
		await at.sandbox.script({ path: `${jobsPath}/` }, answer);
		expect(await trigger.poll()).toEqual([expect.objectContaining({ id, workflow_id: workflowId, status: 'completed', tasks: [] })]);
	});
});

describe('Outcome', () => {
	const STATUSES = ['completed', 'SUCCESS', 'partial_success', 'failed', 'Canceled', 'error', 'archived', ''];

	test.each([
		['any', STATUSES],
		['succeeded', ['completed', 'SUCCESS', 'partial_success']],
		['failed', ['failed', 'Canceled', 'error']],
	])('%s', async (outcome, wanted) => {
		const trigger = await active({ outcome });
		for (const [index, status] of STATUSES.entries()) await make({ status, finishedAt: minutesAgo(60 - index) });
		expect((await trigger.poll())?.map(({ status }) => status)).toEqual(wanted);
		expect(await trigger.poll()).toBeNull();
	});

	test('asks for no details of jobs that are not wanted, nor brings them when another one is chosen', async () => {
		const trigger = await active({ outcome: 'failed' });
		// n8n keeps it when a workflow is activated, and when something is emitted.
		const { remembered } = trigger;
		await make();
		expect(await trigger.poll()).toBeNull();
		expect(await callsOf(at)).toEqual([`GET ${jobsPath}`]);
		const changed = fresh({ outcome: 'any' }, remembered);
		const failed = await make({ status: 'failed' });
		expect(idsOf(await changed.poll())).toEqual([failed]);
		const next = await make();
		expect(idsOf(await changed.poll())).toEqual([next]);
	});
});

describe('a memory', () => {
	test('that somebody has spoiled is put up with', async () => {
		for (const odd of [null, 'x', {}, 7, [null, 7, {}]]) {
			const trigger = fresh({}, { 'node:Pixxel': { workflowId, ended: Array.isArray(odd) ? null : odd, waiting: odd } });
			expect(await trigger.poll()).toBeNull();
			const id = await make();
			expect(idsOf(await trigger.poll())).toEqual([id]);
		}
	});
});

describe('a poll that is refused or fails', () => {
	const envelope = { error: { code: 'a_code', message: 'Words of Pixxel' } };

	test.each([
		['401', { status: 401, body: envelope }, 'Words of Pixxel (a_code)', '401'],
		['403', { status: 403, body: envelope }, 'Words of Pixxel (a_code)', '403'],
		['404', { status: 404 }, 'Pixxel does not know this (HTTP 404)', '404'],
		['500, four times', { status: 500, body: envelope, times: 4 }, 'Words of Pixxel (a_code)', '500'],
		['a broken line, four times', { fault: 'reset' as const, times: 4 }, 'No answer came from 127.0.0.1: the connection broke or timed out', undefined],
		['null', { body: null }, 'Pixxel answered with nothing instead of an object with "jobs"', undefined],
		['text', { text: 'ok' }, 'Pixxel answered with text instead of an object with "jobs"', undefined],
		['no list', { body: {} }, 'Pixxel answered with nothing instead of a list of jobs', undefined],
		['a job without an ID', { body: { jobs: [{ status: 'completed' }] } }, 'Pixxel answered with nothing instead of the ID of a job', undefined],
	])('says why and changes nothing: %s', async (_name, answer, message, httpCode) => {
		const trigger = await active();
		const id = await make();
		const before = trigger.remembered;
		await at.sandbox.script({}, answer);
		const error = await shownError(trigger.poll());
		expect(error.message).toBe(message);
		expect(error.description).toMatch(/\w{3}/);
		if (httpCode !== undefined) expect(error.httpCode).toBe(httpCode);
		expect(trigger.remembered).toEqual(before);
		expect(idsOf(await trigger.poll())).toEqual([id]);
	});

	test.each([
		['no workflow', { workflowId: '' }, /^"Workflow" is empty or not an ID$/],
		['a workflow that is none', { workflowId: '..' }, /^"Workflow" is empty or not an ID$/],
		['an expression that gives a list', { workflowId: '={{ [1] }}' }, /^"Workflow" is empty or not an ID$/],
		['an outcome that is none', { outcome: '={{ "great" }}' }, /^"Outcome" is none of/],
	])('before anything is asked: %s', async (_name, options, message) => {
		expect((await shownError(fresh(options).poll())).message).toMatch(message);
		expect(await at.sandbox.requests()).toEqual([]);
	});

	test.each([
		['an expired key', { apiKey: keys.expired }, /expired/],
		['no key', { apiKey: '' }, /no API key/],
		['no address', { baseUrl: '' }, /Base URL/],
	])('for want of a credential that works: %s', async (_name, credential, words) => {
		const { message, description } = await shownError(fresh({ credential }).poll());
		expect(`${message} ${String(description)}`).toMatch(words);
	});
});

describe('a manual run', () => {
	test('shows the newest finished job with its tasks, and takes nothing away from the active trigger', async () => {
		const trigger = await active();
		const older = await make({ finishedAt: minutesAgo(5) });
		const newest = await make({ createdAt: minutesAgo(90), finishedAt: minutesAgo(1) });
		const before = trigger.remembered;
		for (let run = 0; run < 2; run++) {
			const found = await trigger.runByHand();
			expect(found).toEqual([expect.objectContaining({ id: newest, workflow_id: workflowId })]);
			expect(found?.[0]?.tasks).toHaveLength(4);
		}
		expect(trigger.remembered).toEqual(before);
		expect(idsOf(await trigger.poll())).toEqual([older, newest]);
	});

	test('heeds the outcome', async () => {
		const failed = await make({ status: 'failed', finishedAt: minutesAgo(5) });
		await make({ finishedAt: minutesAgo(1) });
		expect(idsOf(await fresh({ outcome: 'failed' }).runByHand())).toEqual([failed]);
	});

	test.each([
		['any', { running: true }, 'No job of this workflow has finished yet'],
		['succeeded', { status: 'failed' }, 'No job of this workflow has succeeded yet'],
		['failed', {}, 'No job of this workflow has failed yet'],
	])('says so where no job has ended so: %s', async (outcome, job, message) => {
		await make({ workflowId: known.workflowWithoutJobs, ...job });
		const error = await shownError(fresh({ workflowId: known.workflowWithoutJobs, outcome }).runByHand());
		expect(error.message).toBe(message);
		expect(error.description).toMatch(/active/);
	});
});
