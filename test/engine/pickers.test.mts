import { LoadOptionsContext } from 'n8n-core';
import type { INodeListSearchResult } from 'n8n-workflow';
import { keys, known } from '../sandbox/client.mts';
import type { RunOptions } from './engine.mts';
import { callsOf, type Fields } from './operations.mts';
import { byId, Sandboxed, shownError } from './sandboxed.mts';

const { projectId, workflowId, jobId, taskId } = known.demo;
const LIST = 'GET /v0/workflows?';
const PAGE = 'offset=0&limit=50';

/** As the editor stores what was picked. */
const picked = (value: string) => ({ __rl: true, mode: 'list', value, cachedResultName: 'Something' });
/** As the editor stores a field in which nothing has been picked. */
const unset = picked('');

/** The fields above a list, where it opens: of jobs in Get Job, of tasks in Download Task, of workflows in Create Job. */
const ofJobs = (workflow?: unknown): Fields => ({ resource: 'job', operation: 'get', workflowId: workflow });
const ofTasks = (workflow: unknown, job: unknown): Fields => ({ resource: 'task', workflowId: workflow, jobId: job });
const ofProject = (project: unknown): Fields => ({ resource: 'job', operation: 'create', projectId: project });
/** All four lists, each with what it depends on. */
const LISTS: Array<[search: Search, fields: Fields, list: string, name: string]> = [
	['searchWorkflows', { resource: 'task' }, 'workflows', 'name'],
	['searchProjects', { resource: 'project', operation: 'get' }, 'projects', 'title'],
	['searchJobs', ofJobs(picked(workflowId)), 'jobs', 'status'],
	['searchTasks', ofTasks(picked(workflowId), picked(jobId)), 'tasks', 'name'],
];

const at = Sandboxed.forTests();

type Search = 'searchWorkflows' | 'searchJobs' | 'searchTasks' | 'searchProjects';

/** The node that a list is opened in, and what has been typed into it. */
interface Typing extends Pick<RunOptions, 'credential' | 'node'> {
	of?: 'pixxel' | 'pixxelTrigger';
	fields?: Fields;
	filter?: string;
	/** As the page before gave it. */
	paginationToken?: unknown;
}

/** Fills a list as the editor has n8n do it: in n8n's own context, with the node's fields as they stand. */
async function open(search: Search, { of = 'pixxel', fields = {}, filter, paginationToken, ...placing }: Typing = {}): Promise<INodeListSearchResult> {
	const { type, node, workflow, additionalData } = at.engine.place(of, { parameters: fields as RunOptions['parameters'], ...placing });
	const method = type.methods?.listSearch?.[search];
	if (!method) throw new Error(`${of} has no ${search}`);
	const context = new LoadOptionsContext(workflow, node, additionalData, `parameters.${search}`);
	return await method.call(context, filter, paginationToken as string | undefined);
}

async function names(...given: Parameters<typeof open>): Promise<string[]> {
	return (await open(...given)).results.map(({ name }) => name);
}

describe('the Workflow list', () => {
	test.each([
		['Download Task', { fields: { resource: 'task' } }],
		['Get Job', { fields: ofJobs() }],
		['Get Cost Estimate', { fields: { resource: 'workflow', operation: 'estimate' } }],
		['Create Job, no project chosen', { fields: ofProject(unset) }],
		['Create Job, the project an expression', { fields: ofProject(byId('={{ $json.project }}')) }],
		['Pixxel Trigger', { of: 'pixxelTrigger' as const }],
	])('opens with the first page of all workflows, in one call: %s', async (_name, typing) => {
		const { results, paginationToken } = await open('searchWorkflows', typing);
		expect(results).toHaveLength(50);
		expect(results).toContainEqual({ name: 'Tailings pond monitoring', value: workflowId });
		expect(paginationToken).toBe('50');
		expect(await callsOf(at)).toEqual([`${LIST}${PAGE}`]);
	});

	test('goes on page by page to its end', async () => {
		const first = await open('searchWorkflows');
		const second = await open('searchWorkflows', { paginationToken: first.paginationToken });
		expect(second.paginationToken).toBeUndefined();
		const all = [...first.results, ...second.results].map(({ value }) => value);
		expect([all.length, new Set(all).size]).toEqual([79, 79]);
		expect(await callsOf(at)).toEqual([`${LIST}offset=0&limit=50`, `${LIST}offset=50&limit=50`]);
	});

	test('has Pixxel search, in one call, and pages through what that finds', async () => {
		await at.sandbox.addToWorld({ workflows: 60 });
		const { results, paginationToken } = await open('searchWorkflows', { filter: ' extra work ' });
		expect(results).toHaveLength(50);
		for (const { name } of results) expect(name).toMatch(/^Extra workflow/);
		const next = await open('searchWorkflows', { filter: ' extra work ', paginationToken });
		expect(next.results).toHaveLength(10);
		expect(next.paginationToken).toBeUndefined();
		expect(await callsOf(at)).toEqual([
			`${LIST}name=extra+work&offset=0&limit=50`,
			`${LIST}name=extra+work&offset=50&limit=50`,
		]);
	});

	test.each(['pâturage & prairie', 'ÉLAN'])('finds names with signs: %s', async (filter) => {
		expect(await names('searchWorkflows', { filter })).toEqual(['Élan vital: pâturage & prairie']);
	});

	test('keeps to the project that is chosen above', async () => {
		const fields = ofProject(picked(known.otherProject.projectId));
		expect(await names('searchWorkflows', { fields })).toHaveLength(6);
		expect(await names('searchWorkflows', { fields, filter: 'orchard' })).toEqual(['Orchard vigour']);
		expect(await callsOf(at)).toEqual([
			`${LIST}project_id=${known.otherProject.projectId}&${PAGE}`,
			`${LIST}project_id=${known.otherProject.projectId}&name=orchard&${PAGE}`,
		]);
	});

	test('is searched here, up to 200 that match, where Pixxel finds whole names only', async () => {
		const nothing = { body: { workflows: [], pagination: { total: 0 } } };
		await at.sandbox.script({}, nothing);
		expect(await names('searchWorkflows', { filter: 'turbidity, PIT' })).toEqual(['Water body turbidity, pit one', 'Water body turbidity, pit two']);
		expect(await callsOf(at)).toEqual([`${LIST}name=turbidity%2C+PIT&${PAGE}`, `${LIST}${PAGE}`, `${LIST}offset=50&limit=50`]);
		await at.sandbox.addToWorld({ workflows: 400 });
		await at.sandbox.script({}, nothing);
		await at.sandbox.forgetRequests();
		expect(await names('searchWorkflows', { filter: 'Extra' })).toHaveLength(200);
		// Those that match come after 79 others: 279 are read.
		expect(await callsOf(at)).toHaveLength(1 + 6);
		await at.sandbox.script({}, nothing);
		expect(await names('searchWorkflows', { filter: 'extra workflow 400' })).toEqual(['Extra workflow 400']);
	});

	test('finds a pasted ID', async () => {
		expect(await names('searchWorkflows', { filter: workflowId })).toEqual(['Tailings pond monitoring']);
	});

	describe('where Pixxel wants a project first', () => {
		beforeEach(async () => {
			await at.sandbox.behave({ workflowListNeedsProject: true });
		});

		test('has the workflows of all projects', async () => {
			const { results, paginationToken } = await open('searchWorkflows');
			expect(new Set(results.map(({ value }) => value)).size).toBe(79);
			expect(paginationToken).toBeUndefined();
			expect(await callsOf(at)).toEqual([
				`${LIST}${PAGE}`,
				'GET /v0/projects?page_size=50',
				`${LIST}project_id=${projectId}&offset=0&limit=50`,
				`${LIST}project_id=${projectId}&offset=50&limit=50`,
				`${LIST}project_id=${known.otherProject.projectId}&${PAGE}`,
				`${LIST}project_id=${known.emptyProject}&${PAGE}`,
			]);
		});

		test('has Pixxel search in each of them', async () => {
			expect(await names('searchWorkflows', { filter: 'turbidity, pit two' })).toEqual(['Water body turbidity, pit two']);
			expect(await callsOf(at)).toHaveLength(5);
		});

		test('asks once where the project is chosen', async () => {
			expect(await names('searchWorkflows', { fields: ofProject(picked(projectId)) })).toHaveLength(50);
			expect(await callsOf(at)).toHaveLength(1);
		});
	});
});

describe('the Job list', () => {
	test('has all jobs, newest first, by date, status and progress, in one call', async () => {
		const { results, paginationToken } = await open('searchJobs', { fields: ofJobs(picked(workflowId)) });
		expect(results.map(({ name }) => name)).toEqual([
			expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC · running · 40%$/),
			expect.stringMatching(/^2025-\d\d-\d\d \d\d:\d\d UTC · completed$/),
			expect.stringMatching(/^2025-\d\d-\d\d \d\d:\d\d UTC · failed · 60%$/),
			expect.stringMatching(/^2025-\d\d-\d\d \d\d:\d\d UTC · completed$/),
			expect.stringMatching(/^2025-\d\d-\d\d \d\d:\d\d UTC · completed$/),
		]);
		expect(results[1]?.value).toBe(jobId);
		expect(results.map(({ name }) => name.slice(0, 16))).toEqual(results.map(({ name }) => name.slice(0, 16)).sort().reverse());
		expect(paginationToken).toBeUndefined();
		expect(await callsOf(at)).toEqual([`GET /v0/workflows/${workflowId}/jobs`]);
	});

	test.each([
		['fail', 1],
		['FAILED', 1],
		['2025-', 4],
		['40%', 1],
		[jobId, 1],
		[jobId.slice(0, 8).toUpperCase(), 1],
		['no such thing', 0],
	])('is searched by any part of what it shows, or by the ID: %s', async (filter, wanted) => {
		expect(await names('searchJobs', { fields: ofJobs(byId(workflowId)), filter })).toHaveLength(wanted);
		expect(await callsOf(at)).toHaveLength(1);
	});

	test.each([
		['Mar', ['b']],
		['march 2026', ['b']],
		['05 mar', ['b']],
		['may', ['c']],
		['2026', ['c', 'b', 'a']],
		['jun', []],
	])('is searched by the name of the month: %s', async (filter, wanted) => {
		const jobs = ['2026-01-02', '2026-03-05', '2026-05-03'].map((day, n) => ({ id: 'abc'[n], status: 'completed', created_at: `${day}T10:00:00Z` }));
		await at.sandbox.script({}, { body: { jobs } });
		const { results } = await open('searchJobs', { fields: ofJobs(picked(workflowId)), filter });
		expect(results.map(({ value }) => value)).toEqual(wanted);
	});

	test('has no more than the newest 200 that match', async () => {
		const jobs = Array.from({ length: 450 }, (_, n) => ({
			id: `id-${n}`, status: n % 2 ? 'completed' : 'failed', created_at: new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString(),
		}));
		await at.sandbox.script({}, { body: { jobs }, times: 2 });
		const newest = (all: typeof jobs) => all.map(({ id }) => id).reverse().slice(0, 200);
		for (const filter of [undefined, 'failed']) {
			const { results } = await open('searchJobs', { fields: ofJobs(picked(workflowId)), filter });
			expect(results.map(({ value }) => value)).toEqual(newest(jobs.filter(({ status }) => status === (filter ?? status))));
		}
	});
});

describe('the Task list', () => {
	test('has the tasks of the job by name and status, in one call', async () => {
		const { results } = await open('searchTasks', { fields: ofTasks(picked(workflowId), picked(jobId)) });
		expect(results).toHaveLength(4);
		expect(results).toContainEqual({ name: 'Tailings surface map · completed', value: taskId });
		expect(await callsOf(at)).toEqual([`GET /v0/workflows/${workflowId}/jobs/${jobId}`]);
	});

	test.each([['tailings', 1], ['completed', 4], [taskId, 1], ['nothing like it', 0]])('is searched: %s', async (filter, wanted) => {
		expect(await names('searchTasks', { fields: ofTasks(byId(workflowId), byId(jobId)), filter })).toHaveLength(wanted);
	});
});

describe('the Project list', () => {
	test.each([
		['Get Project', { resource: 'project', operation: 'get' }],
		['Create Job', ofProject(unset)],
		['Get Workflow', { resource: 'workflow', operation: 'get' }],
		['the filter of Get Many', { resource: 'workflow', operation: 'getAll', filters: { project_id: unset } }],
	])('shows titles, in one call: %s', async (_name, fields) => {
		const { results } = await open('searchProjects', { fields });
		expect(results).toContainEqual({ name: 'Sandbox (not Pixxel): mining', value: projectId });
		expect(results).toHaveLength(3);
		expect(await callsOf(at)).toEqual(['GET /v0/projects?page_size=50']);
	});

	test('is searched over all its pages, since Pixxel has no search for projects', async () => {
		await at.sandbox.addToWorld({ projects: 260 });
		// No list is longer than this.
		expect(await names('searchProjects')).toHaveLength(200);
		expect(await names('searchProjects', { filter: 'AGRI' })).toEqual(['Sandbox (not Pixxel): agriculture']);
		expect(await names('searchProjects', { filter: known.emptyProject })).toEqual(['Sandbox (not Pixxel): coast']);
	});
});

test.each<[Search, Fields, object, string[]]>([
	['searchWorkflows', {}, { workflows: [{ id: 'a', name: '' }, { id: 'b', name: null }, { id: 'c' }] }, ['a', 'b', 'c']],
	['searchProjects', {}, { projects: [{ id: 'a', name: 'A' }, { id: 'b' }, { id: 'c', title: '', name: 'C' }] }, ['A', 'b', 'C']],
	[
		'searchJobs',
		ofJobs(picked(workflowId)),
		{
			jobs: [
				{ id: 'a' },
				{ id: 'b', status: 'running', progress: '40%' },
				{ id: 'c', created_at: '0001-01-01T00:00:00Z', status: '', progress: null },
				{ id: 'd', created_at: '2026-01-01T03:30:00+05:30', status: 'completed', progress: 100 },
				{ id: 'e', created_at: 'soon', status: 'pending', progress: 'none' },
			],
		},
		['2025-12-31 22:00 UTC · completed', 'a', 'running · 40%', 'c', 'pending'],
	],
])('%s shows as much as Pixxel says, or else the ID', async (search, fields, body, shown) => {
	await at.sandbox.script({}, { body });
	expect(await names(search, { fields })).toEqual(shown);
});

test.each(LISTS)('%s tells entries of one name apart', async (search, fields, list, name) => {
	const body = { [list]: [{ id: 'aaaaaaaa-1', [name]: 'Pond' }, { id: 'bbbbbbbb-2', [name]: 'Pond' }, { id: 'c', [name]: 'Lake' }] };
	await at.sandbox.script({}, { body });
	expect(await names(search, { fields })).toEqual(['Pond · aaaaaaaa', 'Pond · bbbbbbbb', 'Lake']);
	await at.sandbox.script({}, search === 'searchWorkflows' ? [{ body: { workflows: [] } }, { body }] : { body });
	expect(await names(search, { fields, filter: 'bbbb' })).toEqual(['Pond · bbbbbbbb']);
});

describe('a list that depends on another field', () => {
	const first = (what: string) => new RegExp(`^Choose a ${what} first\\. The field "${what}" above is empty\\.$`, 'i');
	const either = (label: string) => `"${label}" above is empty, or an expression that gives nothing yet: use "By ID" here as well. What`;

	test.each<[Search, Fields, string | RegExp]>([
		['searchJobs', ofJobs(unset), first('workflow')],
		['searchTasks', ofTasks(unset, picked(jobId)), first('workflow')],
		['searchTasks', ofTasks(picked(workflowId), unset), first('job')],
		['searchJobs', ofJobs(''), first('workflow')],
		['searchJobs', ofJobs(), first('workflow')],
		['searchJobs', ofJobs(byId('={{ $json.id }}')), either('Workflow')],
		['searchTasks', ofTasks(byId('={{ $json.id }}'), picked(jobId)), either('Workflow')],
		['searchTasks', ofTasks(picked(workflowId), byId('={{ $json.id }}')), either('Job')],
		['searchJobs', ofJobs('={{ $json.id }}'), either('Workflow')],
		// What the editor sends of an expression is what it gives: nothing yet.
		['searchJobs', ofJobs(byId('')), either('Workflow')],
		['searchJobs', ofJobs(null), either('Workflow')],
		['searchJobs', ofJobs(byId('  ')), either('Workflow')],
		['searchTasks', ofTasks(picked(workflowId), byId('')), either('Job')],
	])('%s asks for it first, and says where it may be an expression: %j', async (search, fields, words) => {
		expect((await shownError(open(search, { fields }))).message).toMatch(words);
		expect(await at.sandbox.requests()).toEqual([]);
	});

	test('keeps an odd ID above one segment of the path', async () => {
		const fields = ofJobs(byId('a/../b?c'));
		expect((await shownError(open('searchJobs', { fields }))).httpCode).toBe('404');
		expect(await callsOf(at)).toEqual(['GET /v0/workflows/a%2F..%2Fb%3Fc/jobs']);
	});
});

test.each<[Search, Fields, RegExp, body?: object]>([
	[
		'searchJobs',
		ofJobs(picked(known.workflowWithoutJobs)),
		/^This workflow has not run yet: run it in Aurora, or with "Create job"\. Each run of a workflow is a job\.$/,
	],
	['searchWorkflows', ofProject(picked(known.emptyProject)), /^There is no workflow that this key may see\. Check .*project/],
	['searchProjects', {}, /^There is no project that this key may see\. Check /, { count: 0, projects: null }],
	['searchTasks', ofTasks(picked(workflowId), picked(jobId)), /^This job has no tasks: pick another one\. A job/, { id: 'x', tasks: null }],
])('where nothing is there, %s says so, and what to do; a search for something says nothing', async (search, fields, words, body = undefined) => {
	if (body) await at.sandbox.script({}, { body, times: 2 });
	expect((await shownError(open(search, { fields }))).message).toMatch(words);
	expect(await open(search, { fields, filter: 'x' })).toEqual({ results: [] });
});

describe.each(LISTS)('%s', (search, fields) => {
	test.each([
		['a key nobody knows', { apiKey: 'nobodys' }, '401', /copy the key again/],
		['an expired key', { apiKey: keys.expired }, '403', /expired/],
		['a revoked key', { apiKey: keys.revoked }, '403', /revoked/],
	])('says what is wrong with %s', async (_name, credential, httpCode, advice) => {
		const error = await shownError(open(search, { fields, credential }));
		// n8n may show the message alone, or the description below it: all is said once.
		expect(error).toMatchObject({ httpCode, message: expect.stringMatching(advice) });
		expect(error.description || '').toBe('');
		expect(error.message).not.toContain(credential.apiKey);
		expect(await callsOf(at)).toHaveLength(1);
	});

	test('says that there is no key', async () => {
		const { message, description } = await shownError(open(search, { fields, credential: { apiKey: ' ' } }));
		expect(message).toMatch(/^The Pixxel credential has no API key\. \w+/);
		expect(description || '').toBe('');
	});

	test('says what to do where nobody is to be reached, or Pixxel says no more than a sentence', async () => {
		const credential = { baseUrl: 'http://nobody.invalid' };
		expect((await shownError(open(search, { fields, credential }))).message).toMatch(/nobody\.invalid\. Check "Base URL"/);
		await at.sandbox.script({}, { status: 403, body: { message: 'Not for you.' } });
		expect((await shownError(open(search, { fields }))).message).toMatch(/Not for you\. The key/);
	});

	test('says that no credential is chosen', async () => {
		const { message } = await shownError(open(search, { fields, node: { credentials: {} } }));
		expect(message).toMatch(/credential/i);
	});

	test.each([{ body: null }, { body: [] }, { text: 'ok' }, { status: 204 }])('says so where the answer is none: %j', async (answer) => {
		await at.sandbox.script({}, { ...answer, repeat: true });
		const { message } = await shownError(open(search, { fields }));
		expect(message).toMatch(/^Pixxel answered with (nothing|a list|text) instead of/);
	});

	test('asks again where Pixxel is busy', async () => {
		await at.sandbox.script({}, { status: 429, headers: { 'retry-after': '1' } });
		expect((await open(search, { fields })).results).not.toHaveLength(0);
	});
});
