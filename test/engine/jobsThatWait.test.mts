import nock from 'nock';
import fc, { draws } from '../drawn.mts';
import { known } from '../sandbox/client.mts';
import { callsOf, type Fields } from './operations.mts';
import { Sandboxed, shownError } from './sandboxed.mts';
import { type ActiveTrigger, idsOf, jobsPath, minutesAgo, triggersIn, WAYS, workflowId } from './trigger.mts';

const at = Sandboxed.forTests();
const { active, make } = triggersIn(at);
afterAll(() => nock.restore());

/** What the trigger has told n8n's log. */
let warned: string[];
beforeEach(() => {
	warned = [];
	jest.spyOn(at.engine.logger, 'warn').mockImplementation((text) => void warned.push(text));
});
afterEach(() => jest.restoreAllMocks());

/** Details of this job are answered so from now on. */
const spoil = async (id: string, answer: object = { status: 400 }) => await at.sandbox.script({ path: `${jobsPath}/${id}` }, { ...answer, repeat: true });
const memoryOf = (trigger: ActiveTrigger) => trigger.remembered['node:Pixxel'] as Fields;
/** Three jobs that have ended, one after the other. */
const made = async () => {
	const ended = async (minutes: number) => await make({ finishedAt: minutesAgo(minutes) });
	return [await ended(9), await ended(8), await ended(7)] as [string, string, string];
};
const detailsAsked = async () => (await callsOf(at)).filter((call) => call.includes(`${jobsPath}/`));

describe.each(WAYS)('a job whose details cannot be fetched, in the way "%s",', (way) => {
	const { active } = triggersIn(at, way);

	test.each([
		['refused', { status: 403 }],
		['no answer as documented', { body: null }],
		['trouble at Pixxel', { status: 500, body: { error: { message: 'Oh' } } }],
	])('waits, and no other with it; it comes once it can be, once: %s', async (_name, answer) => {
		const trigger = await active();
		const [first, second, third] = await made();
		await spoil(second, answer);
		expect(idsOf(await trigger.poll())).toEqual([first, third]);
		const fourth = await make({ finishedAt: minutesAgo(6) });
		trigger.restart();
		expect(idsOf(await trigger.poll())).toEqual([fourth]);
		expect(warned).toEqual([1, 2].map(() => expect.stringMatching(`^Pixxel: the details of job ${second} cannot be fetched: it waits for the next poll \\(.+\\)$`)));
		await at.sandbox.clearScripts();
		const fifth = await make({ finishedAt: minutesAgo(5) });
		expect(idsOf(await trigger.poll())).toEqual([second, fifth]);
		trigger.restart();
		expect(await trigger.poll()).toBeNull();
	});

	test('that Pixxel lists and does not know waits as well, and comes with its tasks, once it does', async () => {
		const trigger = await active();
		const [first, second, third] = await made();
		await spoil(second, { status: 404 });
		await spoil(first, { status: 404 });
		for (let poll = 0; poll < 4; poll++) {
			expect(idsOf(await trigger.poll())).toEqual(poll === 0 ? [third] : null);
			trigger.restart();
		}
		await at.sandbox.clearScripts();
		const came = await trigger.poll();
		expect(came?.map(({ id, tasks }) => [id, (tasks as unknown[]).length > 0])).toEqual([[first, true], [second, true]]);
		expect(await trigger.poll()).toBeNull();
		expect(memoryOf(trigger).unknown).toEqual({});
	});

	test('that Pixxel goes on not to know for five polls is gone, although n8n may keep nothing of them: it comes without its tasks, once', async () => {
		const trigger = await active();
		const id = await make();
		await spoil(id, { status: 404 });
		for (let poll = 1; poll < 5; poll++) expect(await trigger.poll()).toBeNull();
		expect(await trigger.poll()).toEqual([expect.objectContaining({ id, workflow_id: workflowId, status: 'completed', tasks: [] })]);
		expect(warned.at(-1)).toBe(`Pixxel: the details of job ${id} are gone: it comes without them`);
		expect(await trigger.poll()).toBeNull();
	});

	test('is not gone where Pixxel has not known it now and then', async () => {
		const trigger = await active();
		const id = await make();
		for (let poll = 0; poll < 8; poll++) {
			await at.sandbox.clearScripts();
			await spoil(id, { status: poll === 3 ? 403 : 404 });
			expect(await trigger.poll()).toBeNull();
		}
	});

	test('is none of the news where another outcome is chosen meanwhile', async () => {
		const trigger = await active();
		await spoil(await make());
		await trigger.poll();
		await at.sandbox.clearScripts();
		trigger.activate({ outcome: 'failed' });
		expect(await trigger.poll()).toBeNull();
		trigger.activate({ outcome: 'any' });
		expect(await trigger.poll()).toBeNull();
	});
});

describe('a job whose details cannot be fetched', () => {
	test('lets n8n activate the workflow although there is no other one', async () => {
		const trigger = await active();
		const { ended } = memoryOf(trigger);
		const id = await make();
		await spoil(id);
		for (let poll = 0; poll < 3; poll++) {
			trigger.activate();
			expect(await trigger.poll()).toBeNull();
			expect(memoryOf(trigger)).toEqual({ workflowId, outcome: 'any', ended, waiting: [id], unknown: {} });
		}
		expect(warned).toHaveLength(3);
		await at.sandbox.clearScripts();
		expect(idsOf(await trigger.poll())).toEqual([id]);
		expect(memoryOf(trigger)).toMatchObject({ ended: expect.arrayContaining([id]), waiting: [], unknown: {} });
	});

	test('tells the log neither the key nor a link', async () => {
		const trigger = await active();
		const id = await make();
		const message = `No ${at.sandbox.keys.valid}: https://storage.example/p?signature=secret`;
		await spoil(id, { status: 400, body: { error: { message } } });
		await trigger.poll();
		expect(warned).toEqual([expect.stringContaining('(No [key removed]: [link removed])')]);
	});
});

describe('trouble with the details of all jobs', () => {
	test.each([
		['all are refused', { status: 403, repeat: true }, '403', 4],
		['Pixxel asks to slow down', { status: 429, headers: { 'retry-after': '600' }, times: 2 }, '429', 2],
		['the key is not recognised', { status: 401 }, '401', 1],
	])('ends the poll, and changes nothing: %s', async (_name, answer, httpCode, calls) => {
		const trigger = await active();
		const ids = await made();
		const before = trigger.remembered;
		await at.sandbox.script({ path: `${jobsPath}/` }, answer);
		expect(await shownError(trigger.poll())).toMatchObject({ httpCode });
		expect(await detailsAsked()).toHaveLength(calls);
		expect(trigger.remembered).toEqual(before);
		await at.sandbox.clearScripts();
		expect(idsOf(await trigger.poll())).toEqual(ids);
	});

	test('is taken for that of all where no other job can tell', async () => {
		const trigger = await active({ workflowId: known.workflowWithoutJobs });
		const id = await make({ workflowId: known.workflowWithoutJobs });
		await at.sandbox.script({ path: `/jobs/${id}` }, { status: 403 });
		expect(await shownError(trigger.poll())).toMatchObject({ httpCode: '403' });
		expect(idsOf(await trigger.poll())).toEqual([id]);
	});

	test('that begins half-way leaves the rest to the next poll, in order', async () => {
		const trigger = await active();
		const [first, ...rest] = await made();
		await at.sandbox.script({ path: `${jobsPath}/${rest[0]}` }, { status: 429, headers: { 'retry-after': '600' } });
		expect(idsOf(await trigger.poll())).toEqual([first]);
		// Asked to slow down, it asks for no more.
		expect(await detailsAsked()).toHaveLength(2);
		expect(idsOf(await trigger.poll())).toEqual(rest);
		expect(await trigger.poll()).toBeNull();
	});

	test('costs the first job a few tries, and each other one a single try', async () => {
		const refused = Object.assign(new Error('Nobody listens'), { code: 'ECONNREFUSED' });
		const jobs = ['a', 'b', 'c'].map((id) => ({ id, status: 'completed' }));
		const asked: string[] = [];
		const api = nock('https://silent.example').on('request', ({ path }) => asked.push(path.replace(/.*\//, '')));
		api.get(jobsPath).twice().reply(200, { jobs: [] });
		const trigger = await active({ credential: { baseUrl: 'https://silent.example' } });
		api.get(jobsPath).reply(200, { jobs });
		for (const id of ['a', 'a', 'a', 'a', 'b']) api.get(`${jobsPath}/${id}`).replyWithError(refused);
		api.get(`${jobsPath}/c`).reply(200, { tasks: [] });
		expect(idsOf(await trigger.poll())).toEqual(['c']);
		expect(asked).toEqual(['jobs', 'jobs', 'jobs', 'a', 'a', 'a', 'a', 'b', 'c']);
	});
});

/** What a poll is to find, and whose details it cannot fetch. */
const round = fc.record({
	/** New jobs: minutes ago that each began and ended, the same for several, or years ago. */
	jobs: fc.array(fc.record({ began: fc.integer({ min: 10, max: 99 }), ended: fc.constantFrom(1, 2, 3, 4, 5, 1e6) }), { maxLength: 3 }),
	/** For each job that has not come yet, in turn, whether its details can be fetched. */
	spoilt: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
	restart: fc.boolean(),
	/** What the list holds for once, before. */
	hiccup: fc.constantFrom(undefined, undefined, undefined, [], null),
});

test.each(WAYS)('each job comes once, as soon as it can, oldest first, whatever happens, in the way "%s"', async (way) => {
	const { active } = triggersIn(at, way);
	await fc.assert(
		fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 6 }), async (rounds) => {
			await at.sandbox.reset();
			const trigger = await active();
			const now = Date.now();
			const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
			/** When those that have not come yet have ended. */
			const due = new Map<string, number>();
			for (const { jobs, spoilt, restart, hiccup } of [...rounds, { jobs: [], spoilt: [false], restart: true, hiccup: undefined }]) {
				if (hiccup !== undefined) {
					await at.sandbox.script({ path: `${jobsPath}$` }, { body: { jobs: hiccup } });
					expect(await trigger.poll()).toBeNull();
				}
				for (const { began, ended } of jobs) due.set(await make({ createdAt: ago(began + ended), finishedAt: ago(ended) }), -ended);
				const missing = [...due.keys()].filter((_, index) => spoilt[index % spoilt.length]);
				for (const id of missing) await spoil(id);
				if (restart) trigger.restart();
				const came = idsOf(await trigger.poll()) ?? [];
				await at.sandbox.clearScripts();

				expect(new Set(came)).toEqual(new Set([...due.keys()].filter((id) => !missing.includes(id))));
				const times = came.map((id) => due.get(id as string) as number);
				expect(times).toEqual([...times].sort((a, b) => a - b));
				for (const id of came) due.delete(id as string);
			}
			expect(await trigger.poll()).toBeNull();
		}),
		draws(4, 50),
	);
});
