import { known } from '../sandbox/client.mts';
import { callsOf, type Fields, jsonOf, perform, refusalOf } from './operations.mts';
import { byId, Sandboxed } from './sandboxed.mts';

const { projectId, workflowId } = known.demo;
const LIST = 'GET /v0/workflows';

const at = Sandboxed.forTests();

const page = (offset: number, limit: number) => `${LIST}?offset=${offset}&limit=${limit}`;
/** Workflows or projects that a test has made up. */
const entries = (from: number, count: number) => Array.from({ length: count }, (_, index) => ({ id: `w${from + index}` }));

describe('Get Many workflows', () => {
	/** All that the sandbox has: more than one page of 50. */
	const TOTAL = 79;

	test.each([
		[{ returnAll: true }, TOTAL, [page(0, 50), page(50, 50)]],
		[{}, 50, [page(0, 50)]],
		[{ limit: 1 }, 1, [page(0, 1)]],
		[{ limit: 50 }, 50, [page(0, 50)]],
		[{ limit: 51 }, 51, [page(0, 50), page(50, 50)]],
		[{ limit: TOTAL }, TOTAL, [page(0, 50), page(50, 50)]],
		[{ limit: 120 }, TOTAL, [page(0, 50), page(50, 50)]],
		[{ returnAll: true, limit: 0 }, TOTAL, [page(0, 50), page(50, 50)]],
	])('asks for no more pages, and no more of each, than it takes: %j', async (fields, wanted, calls) => {
		const found = jsonOf(await perform(at, 'workflow', 'getAll', fields));
		expect(found).toHaveLength(wanted);
		expect(new Set(found.map(({ id }) => id)).size).toBe(wanted);
		expect(await callsOf(at)).toEqual(calls);
	});

	test('asks no further than the total, where that fills its last page', async () => {
		await at.sandbox.addToWorld({ workflows: 100 - TOTAL });
		expect(await perform(at, 'workflow', 'getAll', { returnAll: true })).toHaveLength(100);
		expect(await callsOf(at)).toEqual([page(0, 50), page(50, 50)]);
	});

	test.each([
		{},
		{ pagination: null },
		{ pagination: { limit: 50, offset: 0 } },
		{ pagination: { total: null } },
		{ pagination: { total: 0 } },
		{ pagination: { total: '' } },
	])('goes on to the page that is not full where the answer tells no total: %j', async (rest) => {
		const pages = [entries(0, 50), entries(50, 50), entries(100, 7)];
		await at.sandbox.script({}, pages.map((workflows) => ({ body: { workflows, ...rest } })));
		expect(jsonOf(await perform(at, 'workflow', 'getAll', { returnAll: true }))).toEqual(entries(0, 107));
		expect(await callsOf(at)).toEqual([page(0, 50), page(50, 50), page(100, 50)]);
	});

	const body = (from: number, count: number, total?: number) => ({
		body: { workflows: entries(from, count), ...(total && { pagination: { total } }) },
	});
	const SAME = { ...body(0, 50), repeat: true };

	test.each<[string, object | object[], wanted: number, offsets: number[]]>([
		['fewer than it is asked for', [body(0, 20, 45), body(20, 20, 45), body(40, 5, 45)], 45, [0, 20, 40]],
		['nothing, though it promises more', { ...body(0, 0, 99), repeat: true }, 0, [0]],
		['the same page for ever', SAME, 50, [0, 50]],
		['the same page for ever, all that there is', { ...body(0, 60, 60), repeat: true }, 60, [0]],
		['a page that overlaps the one before', [body(0, 50), body(49, 9)], 58, [0, 50]],
	])('gives each once, and ends, where a server sends %s', async (_name, answers, wanted, offsets) => {
		await at.sandbox.script({}, answers);
		expect(jsonOf(await perform(at, 'workflow', 'getAll', { returnAll: true }))).toEqual(entries(0, wanted));
		expect(await callsOf(at)).toEqual(offsets.map((offset) => page(offset, 50)));
	});

	test('takes no more than the limit from a server that gives more', async () => {
		await at.sandbox.script({}, body(0, 9));
		expect(jsonOf(await perform(at, 'workflow', 'getAll', { limit: 4 }))).toEqual(entries(0, 4));
	});

	test('ends in the refusal of a later page, and hands on nothing by halves', async () => {
		await at.sandbox.script({}, [body(0, 50), { status: 403, body: { error: { code: 'expired', message: 'Too late' } } }]);
		const error = await refusalOf(at, 'workflow', 'getAll', { returnAll: true });
		expect(error).toMatchObject({ message: 'Too late (expired)', httpCode: '403' });
	});

	test.each<[string, Fields, string, number]>([
		['name', { name: ' tailings pond ' }, 'name=tailings+pond', 9],
		['name with signs', { name: 'pâturage & prairie' }, 'name=p%C3%A2turage+%26+prairie', 1],
		['created_by', { created_by: known.nothing }, `created_by=${known.nothing}`, 0],
		['created_on', { created_on: '2025-03-03T18:00:00' }, 'created_on=2025-03-03', 1],
		['updated_at', { updated_at: '2025-03-06' }, 'updated_at=2025-03-06', 1],
		['project_id by ID', { project_id: byId(known.otherProject.projectId) }, `project_id=${known.otherProject.projectId}`, 6],
		[
			'project_id from the list',
			{ project_id: { __rl: true, mode: 'list', value: known.emptyProject, cachedResultName: 'Coast' } },
			`project_id=${known.emptyProject}`,
			0,
		],
		['project_id by expression', { project_id: byId(`={{ "${projectId}" }}`) }, `project_id=${projectId}`, TOTAL - 6],
		['no project', { project_id: { __rl: true, mode: 'list', value: '' } }, '', TOTAL],
		['two of them', { name: 'haul', project_id: byId(projectId) }, `name=haul&project_id=${projectId}`, 9],
	])('filters by %s, on every page', async (_name, filters, query, wanted) => {
		const found = await perform(at, 'workflow', 'getAll', { filters, returnAll: true });
		expect(found).toHaveLength(wanted);
		const offsets = wanted > 50 ? [0, 50] : [0];
		expect(await callsOf(at)).toEqual(offsets.map((offset) => `${LIST}?${query}${query && '&'}offset=${offset}&limit=50`));
	});

	test('reads filters and limit for each item', async () => {
		const items = [{ json: { name: 'Haul', limit: 2 } }, { json: { name: 'Iron', limit: 1 } }];
		const found = await perform(at, 'workflow', 'getAll', { limit: '={{ $json.limit }}', filters: { name: '={{ $json.name }}' } }, { items });
		expect(found.map(({ json, pairedItem }) => [String(json.name).slice(0, 4), pairedItem])).toEqual([
			['Haul', { item: 0 }],
			['Haul', { item: 0 }],
			['Iron', { item: 1 }],
		]);
	});

	test("passes on what a Pixxel says that insists on a project", async () => {
		await at.sandbox.behave({ workflowListNeedsProject: true });
		const error = await refusalOf(at, 'workflow', 'getAll', {});
		expect(error).toMatchObject({ httpCode: '400', message: expect.stringContaining('project_id is required') });
		expect(await perform(at, 'workflow', 'getAll', { filters: { project_id: byId(projectId) } })).toHaveLength(50);
	});
});

describe('Get a workflow', () => {
	test('names its project, and hands on what Pixxel says', async () => {
		const [item] = await perform(at, 'workflow', 'get', { projectId: byId(` ${projectId} `), workflowId: byId(workflowId) });
		expect(await callsOf(at)).toEqual([`GET /v0/workflows/${workflowId}?project_id=${projectId}`]);
		expect(item?.json).toMatchObject({ id: workflowId, project_id: projectId, estimated_cost: expect.any(Number) });
		// The sandbox sends it as documented: as the bytes of its JSON.
		expect(item?.json.spec).toEqual({ blocks: expect.arrayContaining([expect.objectContaining({ name: expect.any(String) })]) });
	});

	test.each([
		['the bytes of an object', [...Buffer.from('{"name":"Möwe"}')], { name: 'Möwe' }],
		['an object', { blocks: [] }, { blocks: [] }],
		['text', '{"blocks": []}', '{"blocks": []}'],
		['bytes that are no JSON', [1, 2, 3], [1, 2, 3]],
		['numbers that are no bytes', [123, 125, 256], [123, 125, 256]],
		['an empty list', [], []],
		['nothing', null, null],
	])('gives its specification as JSON, whichever way it comes: %s', async (_name, spec, wanted) => {
		await at.sandbox.script({}, { body: { id: workflowId, spec } });
		const [item] = await perform(at, 'workflow', 'get', { projectId: byId(projectId), workflowId: byId(workflowId) });
		expect(item?.json).toEqual({ id: workflowId, spec: wanted });
	});
});

test('Get Cost Estimate gives the credits', async () => {
	const found = await perform(at, 'workflow', 'estimate', { workflowId: byId(workflowId) });
	expect(found).toEqual([{ json: { estimated_cost: 40 }, pairedItem: { item: 0 } }]);
	expect(await callsOf(at)).toEqual([`GET /v0/workflows/${workflowId}/estimate`]);
});

describe('Get a project', () => {
	test('gives the project itself', async () => {
		const [item] = await perform(at, 'project', 'get', { projectId: byId(projectId) });
		expect(item?.json).toMatchObject({ id: projectId, name: 'sandbox-mining' });
		expect(await callsOf(at)).toEqual([`GET /v0/projects/${projectId}`]);
	});

	test.each([
		[{}, 'nothing'],
		[{ project: null }, 'nothing'],
		[{ project: [] }, 'a list'],
		[{ project: 'x' }, 'text'],
	])('says so where there is none in the answer: %j', async (body, what) => {
		await at.sandbox.script({}, { body });
		const { message } = await refusalOf(at, 'project', 'get', { projectId: byId(projectId) });
		expect(message).toBe(`Pixxel answered with ${what} instead of a project`);
	});
});

describe('Get Many projects', () => {
	test('takes one call where all fit into one page', async () => {
		const found = jsonOf(await perform(at, 'project', 'getAll', { returnAll: true }));
		expect(found.map(({ name }) => name)).toEqual(['sandbox-mining', 'sandbox-agriculture', 'sandbox-coast']);
		expect(await callsOf(at)).toEqual(['GET /v0/projects?page_size=50']);
	});

	test.each([
		[{ limit: 1 }, 1, 1],
		[{ limit: 50 }, 50, 1],
		[{ limit: 51 }, 51, 3],
		[{ limit: 400 }, 123, 4],
		[{ returnAll: true }, 123, 4],
	])('gives each of many projects once: %j', async (fields, wanted, calls) => {
		await at.sandbox.addToWorld({ projects: 120 });
		const found = jsonOf(await perform(at, 'project', 'getAll', fields));
		expect(new Set(found.map(({ id }) => id)).size).toBe(wanted);
		expect(found).toHaveLength(wanted);
		expect(await callsOf(at)).toHaveLength(calls);
	});

	/** Answers in the order of a server whose first page has the number `first`, which is also the page of those who name none. */
	async function serveFrom(first: number, total: number, countOf: (page: unknown[]) => unknown): Promise<void> {
		const pages = [first, 1, 2, 3, 4, 5].map((number) => entries(0, total).slice((number - first) * 50, (number - first + 1) * 50));
		await at.sandbox.script({}, pages.map((projects) => ({ body: { projects, count: countOf(projects) } })));
	}

	test.each([0, 1])('reads pages that count from %i, whatever "count" counts', async (first) => {
		const countings = { all: 'all', page: (page: unknown[]) => page.length, none: () => undefined, nothing: () => null, zero: () => 0 };
		for (const total of [0, 1, 49, 50, 51, 100, 130]) {
			for (const counting of Object.values(countings)) {
				await at.sandbox.clearScripts();
				await serveFrom(first, total, typeof counting === 'function' ? counting : () => total);
				const found = jsonOf(await perform(at, 'project', 'getAll', { returnAll: true }));
				expect({ total, found }).toEqual({ total, found: entries(0, total) });
			}
		}
	});

	test('ends with a server that knows no pages', async () => {
		await at.sandbox.script({}, { body: { projects: entries(0, 60), count: 60 }, repeat: true });
		expect(await perform(at, 'project', 'getAll', { returnAll: true })).toHaveLength(60);
		expect((await callsOf(at)).length).toBeLessThanOrEqual(3);
	});
});

const forEver = (key: string) => Array.from({ length: 1_001 }, (_, number) => ({ body: { [key]: entries(number * 50, 50) } }));

test.each<[string, string, object[], calls: number]>([
	['workflow', 'promises more, and sends the same page for ever', [{ body: { workflows: entries(0, 50), pagination: { total: 80 } }, repeat: true }], 2],
	['workflow', 'goes on for ever', forEver('workflows'), 1_000],
	['project', 'goes on for ever', forEver('projects'), 1_000],
])('a list of %ss is said to have no end where a server %s', async (resource, _name, answers, calls) => {
	await at.sandbox.script({}, answers);
	const error = await refusalOf(at, resource, 'getAll', { returnAll: true });
	expect(error.message).toBe(`Pixxel's list of ${resource}s cannot be read to its end`);
	expect(error.description).toMatch(/not how Pixxel documents/);
	expect(await callsOf(at)).toHaveLength(calls);
});
