import nock from 'nock';
import { known } from '../sandbox/client.mts';
import { callsOf, type Fields, jsonOf, perform, refusalOf } from './operations.mts';
import { byId, Sandboxed } from './sandboxed.mts';

const { projectId, workflowId, jobId } = known.demo;
const jobsPath = `/v0/workflows/${workflowId}/jobs`;
const creating = { projectId: byId(projectId), workflowId: byId(workflowId) };
/** As a user sets it, but for pauses that suit a test. */
const waiting = (options: Fields = {}) => ({
	...creating,
	waitForCompletion: true,
	options: { pollInterval: 0.1, ...options },
});

const at = Sandboxed.forTests();
afterAll(() => nock.restore());

const posts = async () => (await at.sandbox.requests('api')).filter(({ method }) => method === 'POST');

describe('Create', () => {
	test('starts one job of the workflow in its project, and hands it on with its tasks', async () => {
		const [item] = await perform(at, 'job', 'create', creating);
		expect(await callsOf(at)).toEqual([`POST ${jobsPath}?project_id=${projectId}`]);
		expect(item?.json).toMatchObject({ workflow_id: workflowId, status: 'pending' });
		expect(item?.json.tasks).toHaveLength(4);
		expect(item?.pairedItem).toEqual({ item: 0 });
	});

	test.each([
		['resets the connection', { fault: 'reset' }, undefined],
		['closes the connection', { fault: 'empty' }, undefined],
		['breaks off in the middle', { fault: 'cut', body: { id: 'x'.repeat(500) } }, undefined],
		['answers 500', { status: 500, body: { error: { code: 'internal', message: 'Oh' } } }, '500'],
		['answers 502', { status: 502, text: '<html>Bad gateway</html>' }, '502'],
		['answers 503 and asks to come back', { status: 503, headers: { 'retry-after': '0' } }, '503'],
		['answers without a job', { body: {} }, undefined],
		['answers with a job that has no ID', { body: { id: '', status: 'pending' } }, undefined],
		['answers with nothing', { status: 204 }, undefined],
	] as const)('never asks twice where nobody can know whether the job started: Pixxel %s', async (_name, answer, httpCode) => {
		for (const fields of [creating, waiting()]) {
			await at.sandbox.reset();
			await at.sandbox.script({ method: 'POST' }, answer);
			const error = await refusalOf(at, 'job', 'create', fields);
			expect(error.message).toMatch(/^The job may or may not have started: /);
			expect(error.description).toMatch(/Look at the workflow in Aurora before you run this node again/);
			if (httpCode !== undefined) expect(error.httpCode).toBe(httpCode);
			expect(await callsOf(at)).toHaveLength(1);
		}
	});

	test.each(['ETIMEDOUT', 'ECONNABORTED', 'EPIPE'])('nor where the line ends in %s', async (code) => {
		const scope = nock('https://silent.example').post(jobsPath).query(true).replyWithError(Object.assign(new Error(code), { code }));
		const run = { credential: { baseUrl: 'https://silent.example' } };
		const error = await refusalOf(at, 'job', 'create', creating, run);
		expect(error.message).toBe('The job may or may not have started: No answer came from silent.example: the connection broke or timed out');
		expect(scope.isDone()).toBe(true);
	});

	test('is not ended by another item that is refused: n8n’s log names the job that it starts', async () => {
		const logged = jest.spyOn(at.engine.logger, 'info');
		const items = [{ json: { workflowId } }, { json: { workflowId: known.nothing } }];
		await at.sandbox.script({ method: 'POST', path: workflowId }, { delayMs: 1_000 });
		const { signal } = new AbortController();
		const fields = { ...creating, workflowId: byId('={{ $json.workflowId }}') };
		expect((await refusalOf(at, 'job', 'create', fields, { items, signal })).httpCode).toBe('404');
		expect((await posts()).map(({ status }) => status).sort()).toEqual([200, 404]);
		expect(logged.mock.calls.flat()).toContainEqual(expect.stringMatching(/^Pixxel: started job /));
		logged.mockRestore();
	});

	test('asks again where the address could not be looked up: nothing was sent', async () => {
		const api = nock('https://unknown.example');
		api.post(jobsPath).query(true).replyWithError(Object.assign(new Error('try again'), { code: 'EAI_AGAIN' }));
		api.post(jobsPath).query(true).reply(201, { id: 'started', status: 'pending' });
		const [item] = await perform(at, 'job', 'create', creating, { credential: { baseUrl: 'https://unknown.example' } });
		expect(item?.json.id).toBe('started');
	});

	test('says that there is no Pixxel at an address where nobody listens: nothing has started there', async () => {
		const run = { credential: { baseUrl: 'http://127.0.0.1:9' } };
		const error = await refusalOf(at, 'job', 'create', creating, run);
		expect(error.message).toBe('There is no Pixxel API to be reached at 127.0.0.1');
	});
});

describe('Create, with Wait for Completion', () => {
	test('hands on the job as it ended', async () => {
		await at.sandbox.planJobs('*', { takesMs: 700 });
		const [item] = await perform(at, 'job', 'create', waiting());
		expect(item?.json).toMatchObject({ status: 'completed', progress: '100' });
		for (const task of item?.json.tasks as Fields[]) {
			expect(task).toMatchObject({ status: 'completed', job_id: item?.json.id, workflow_id: workflowId });
		}
		const [first, ...rest] = await callsOf(at);
		expect(first).toBe(`POST ${jobsPath}?project_id=${projectId}`);
		expect(rest.length).toBeGreaterThan(2);
		for (const call of rest) expect(call).toBe(`GET ${jobsPath}/${String(item?.json.id)}`);
	});

	test.each([['true', 'completed'], ['False', 'pending']])('is told by an expression as well, also one that gives text: "%s"', async (text, status) => {
		await at.sandbox.planJobs('*', { takesMs: 300 });
		const [item] = await perform(at, 'job', 'create', { ...waiting(), waitForCompletion: `={{ "${text}" }}` });
		expect(item?.json.status).toBe(status);
	});

	test("ends in the failing task's name and words where the job fails", async () => {
		const errMsg = 'Clouds: see https://files.example/log?signature=secret';
		await at.sandbox.planJobs(workflowId, { takesMs: 200, failingTask: 'Atmospheric correction', errMsg });
		const error = await refusalOf(at, 'job', 'create', waiting());
		expect(error.message).toMatch(/^Job \S+ did not succeed: task "Atmospheric correction" says "Clouds: see \[link removed\]/);
		expect(error.message).not.toContain('secret');
		expect(error.description).toMatch(/credits/);
		expect(await posts()).toHaveLength(1);
	});

	test.each([
		[{ tasks: [{ name: 'Map', status: 'FAILED', err_msg: '', state_msg: 'Stopped' }] }, 'task "Map" says "Stopped"'],
		[{ tasks: [{ name: 'Map', status: 'failed' }] }, 'task "Map" did not succeed'],
		[{ tasks: [{ name: 'A', status: 'completed' }, { name: 'B', status: 'odd', err_msg: 'Oh' }] }, 'task "B" says "Oh"'],
		[{ tasks: null }, 'its status is "failed"'],
		[{}, 'its status is "failed"'],
	])('says as much as Pixxel does of why: %j', async (body, why) => {
		await at.sandbox.script({ method: 'GET' }, { body: { id: 'x', status: 'failed', ...body } });
		const { message } = await refusalOf(at, 'job', 'create', waiting());
		expect(message).toBe(`Job x did not succeed: ${why}`);
	});

	test('ends with the time, and says that the job goes on', async () => {
		await at.sandbox.planJobs('*', { takesMs: 60_000 });
		const startedAt = Date.now();
		const error = await refusalOf(at, 'job', 'create', waiting({ maxWait: 1 }));
		expect(Date.now() - startedAt).toBeLessThan(30_000);
		expect(error.message).toMatch(/^The job had not ended within 1 second \(last status: "(pending|running)"\)$/);
		expect(error.description).toMatch(/^Job \S+ goes on at Pixxel: do not start it again\. Raise "Max Wait"/);
	});

	test('says that the job goes on where Pixxel refuses to tell more', async () => {
		await at.sandbox.script({ method: 'GET' }, { status: 403, body: { error: { code: 'forbidden', message: 'Expired' } } });
		const error = await refusalOf(at, 'job', 'create', waiting());
		expect(error).toMatchObject({ message: 'Expired (forbidden)', httpCode: '403' });
		expect(error.description).toMatch(/^Job \S+ goes on at Pixxel: do not start it again\./);
	});

	test('outlives broken lines and a busy Pixxel', async () => {
		await at.sandbox.planJobs('*', { takesMs: 100 });
		await at.sandbox.script({ method: 'GET' }, [{ status: 503 }, { fault: 'reset' }]);
		expect(jsonOf(await perform(at, 'job', 'create', waiting()))).toMatchObject([{ status: 'completed' }]);
		expect(await posts()).toHaveLength(1);
	});

	test('outlives answers that are no JSON, and a Pixxel that does not know for half a minute what it has just started', async () => {
		await at.sandbox.planJobs('*', { takesMs: 100 });
		const unknown = { status: 404, body: { error: { code: 'not_found', message: 'job not found', details: null } } };
		await at.sandbox.script({ method: 'GET' }, [unknown, { text: '<html>restarting</html>' }, { ...unknown, times: 2 }, { text: '' }]);
		expect(jsonOf(await perform(at, 'job', 'create', waiting({ pollInterval: 6 })))).toMatchObject([{ status: 'completed' }]);
		expect(await posts()).toHaveLength(1);
		await at.sandbox.script({ method: 'GET' }, { ...unknown, repeat: true });
		expect((await refusalOf(at, 'job', 'create', waiting({ pollInterval: 6 }))).message).toBe('job not found (not_found)');
		const pauses = at.clock.pauses.slice(-4).reduce((sum, ms) => sum + ms, 0);
		expect(pauses).toBeGreaterThanOrEqual(30_000);
		expect(pauses).toBeLessThan(50_000);
	});

	test('goes on waiting at whatever does not say that it has ended', async () => {
		const finished_at = '0001-01-01T00:00:00Z';
		const answers = ['cancelling', 'brand_new', ''].map((status) => ({ body: { id: 'x', status, finished_at } }));
		await at.sandbox.script({ method: 'GET' }, [...answers, { body: { id: 'x', status: 'SUCCESS' } }]);
		expect(jsonOf(await perform(at, 'job', 'create', waiting()))).toEqual([{ id: 'x', status: 'SUCCESS' }]);
	});

	test.each([
		['pollInterval', 0.09, '"Poll Interval" must be a number of seconds, 0.1 or more'],
		['maxWait', -1, '"Max Wait" must be a number of seconds, 0 or more'],
	])('starts nothing where %s is %j', async (option, value, message) => {
		expect((await refusalOf(at, 'job', 'create', waiting({ [option]: value }))).message).toBe(message);
		expect(await at.sandbox.requests()).toEqual([]);
	});
});

describe.each([
	['create', creating],
	['get', { workflowId: byId(workflowId), jobId: byId(jobId) }],
	['getAll', { workflowId: byId(workflowId) }],
])('Simplify of %s', (operation, fields) => {
	const why = { state_msg: 'Stopped', err_msg: 'Clouds', failure_type: 'input' };
	const task = { id: 't', name: 'Map', status: 'failed', progress: 60, ...why, finished_at: 'd' };
	const simple = { id: 'x', status: 'failed', progress: '60', created_at: 'a', finished_at: 'b', time_taken: 'c', cost: 40, workflow_id: 'w' };
	const more = { created_by: 'm', odd: { deep: [null] }, val_errors: [] };
	const whole = { ...more, ...simple, tasks: [{ ...task, inputs: {}, depends_on: [] }] };

	const performed = async (body: object, simplify: boolean | string) => {
		await at.sandbox.script({}, { body: operation === 'getAll' ? { jobs: [body] } : body });
		const [job] = jsonOf(await perform(at, 'job', operation, { ...fields, simplify }));
		return job;
	};

	test('gives the fields that automations use, the cost among them, and no others; what tells jobs apart comes first', async () => {
		const job = await performed(whole, true);
		expect(job).toEqual({ ...simple, tasks: [{ ...task, job_id: 'x', workflow_id: 'w' }] });
		expect(Object.keys(job ?? {}).slice(0, 4)).toEqual(['id', 'status', 'progress', 'created_at']);
	});

	test('gives an empty list of tasks where Pixxel says null, and none where it says nothing of them', async () => {
		expect(await performed({ id: 'x', tasks: null }, true)).toEqual({ id: 'x', tasks: [] });
		expect(await performed({ id: 'x' }, true)).toEqual({ id: 'x' });
	});

	test.each([false, '={{ false }}', '={{ "false" }}', '={{ " False" }}'])('off gives what Pixxel says, untouched: %j', async (off) => {
		expect(await performed(whole, off)).toEqual(whole);
	});

	test('is on where an expression says so as text, and neither where it says something else', async () => {
		expect(await performed(whole, '={{ "TRUE" }}')).toHaveProperty('tasks.0.job_id', 'x');
		await expect(performed(whole, '={{ "no" }}')).rejects.toThrow('"Simplify" is neither true nor false');
	});
});

test('Get gives the job with its tasks, each of which knows where it belongs', async () => {
	const [item] = await perform(at, 'job', 'get', { workflowId: byId(workflowId), jobId: byId(jobId) });
	expect(await callsOf(at)).toEqual([`GET ${jobsPath}/${jobId}`]);
	expect(item?.json).toMatchObject({ id: jobId, workflow_id: workflowId, status: 'completed', cost: expect.any(Number) });
	const tasks = item?.json.tasks as Fields[];
	expect(tasks.map(({ id }) => id)).toContain(known.demo.taskId);
	for (const task of tasks) expect(task).toMatchObject({ job_id: jobId, workflow_id: workflowId, name: expect.any(String) });
});

describe('Get Many', () => {
	const list = { workflowId: byId(workflowId), returnAll: true };

	test('lists all jobs of the workflow in one call', async () => {
		const found = jsonOf(await perform(at, 'job', 'getAll', list));
		expect(found).toHaveLength(5);
		expect(found.map(({ id }) => id)).toContain(jobId);
		for (const job of found) expect(job).not.toHaveProperty('tasks');
		expect(await callsOf(at)).toEqual([`GET ${jobsPath}`]);
	});

	test.each([[1, 1], [2, 2], [5, 5], [50, 5], ['={{ "3" }}', 3]])('lists at most %j, the newest first', async (limit, wanted) => {
		const newest = jsonOf(await perform(at, 'job', 'getAll', list)).sort((a, b) => String(b.created_at).localeCompare(String(a.created_at)));
		expect(jsonOf(await perform(at, 'job', 'getAll', { ...list, returnAll: false, limit }))).toEqual(newest.slice(0, wanted));
	});

	test.each([['true', 5], ['TRUE ', 5], ['false', 2]])('lists all, or up to the limit, as an expression says in text: "%s"', async (text, wanted) => {
		const fields = { ...list, returnAll: `={{ "${text}" }}`, limit: 2 };
		expect(await perform(at, 'job', 'getAll', fields)).toHaveLength(wanted);
	});

	test.each(['failed', ' failed '])('filters by status (%j)', async (status) => {
		const found = jsonOf(await perform(at, 'job', 'getAll', { ...list, filters: { status } }));
		expect(found.map(({ id }) => id)).toEqual([known.failed.jobId]);
		expect(await callsOf(at)).toEqual([`GET ${jobsPath}?status=failed`]);
	});

	test('filters by who created it and when; the time of day does not matter', async () => {
		const [one] = jsonOf(await perform(at, 'job', 'getAll', { ...list, filters: { status: 'failed' }, simplify: false }));
		const { created_by, created_at } = one as Record<string, string>;
		const day = (created_at as string).slice(0, 10);
		for (const created_on of [
			day, `${day}T23:59:59`, `${day} 10:00`, created_at, `={{ new Date("${created_at}") }}`, `={{ "${created_at}".toDateTime() }}`,
		]) {
			await at.sandbox.forgetRequests();
			const found = await perform(at, 'job', 'getAll', { ...list, filters: { created_by, created_on } });
			expect(jsonOf(found).map(({ id }) => id)).toEqual([known.failed.jobId]);
			expect(await callsOf(at)).toEqual([`GET ${jobsPath}?created_by=${created_by}&created_on=${day}`]);
		}
	});

	test('sends no empty filter', async () => {
		await perform(at, 'job', 'getAll', { ...list, filters: { status: '', created_by: '  ', created_on: '={{ $json.none ?? "" }}' } });
		expect(await callsOf(at)).toEqual([`GET ${jobsPath}`]);
	});
});

describe('Download', () => {
	const download = { workflowId: byId(workflowId), jobId: byId(jobId) };

	test("gives the answer with its workflowId, beside the file of the job's package or with the link to it", async () => {
		const answer = { id: jobId, status: 'ready', workflowId };
		const [item] = await perform(at, 'job', 'download', download);
		const { fileName: name, mimeType: type } = item?.binary?.data ?? {};
		const original = await at.original(jobId);
		expect(item?.json).toEqual({ ...answer, file: { name, size: original.size, type } });
		expect(await at.fingerprint(item?.binary?.data)).toEqual(original);
		expect(await callsOf(at)).toEqual([`PUT ${jobsPath}/${jobId}/download`]);
		const linked = await perform(at, 'job', 'download', { ...download, output: 'signedUrl' });
		expect(linked).toEqual([{ json: { ...answer, signed_url: expect.stringMatching(/^http/) }, pairedItem: { item: 0 } }]);
	});

	test('waits as Download Task does, and names the file after the job where storage does not', async () => {
		await at.sandbox.configurePackage(jobId, { readyAfterMs: 500, contentDisposition: '' });
		const [item] = await perform(at, 'job', 'download', { ...download, options: { pollInterval: 0.2 } });
		expect(item?.binary?.data?.fileName).toBe(`${jobId}.zip`);
		expect((await callsOf(at)).length).toBeGreaterThan(2);
	});
});
