import { LoadOptionsContext } from 'n8n-core';
import { known } from '../sandbox/client.mts';
import { callsOf, type Fields, jsonOf, perform, refusalOf } from './operations.mts';
import { byId, Sandboxed, shownError } from './sandboxed.mts';

const { area } = known;
const aoi = { aoiId: byId(area.aoiId) };
const at = Sandboxed.forTests();

const getAll = async (resource: string, fields: Fields = {}) => jsonOf(await perform(at, resource, 'getAll', fields));
const bodies = async () => (await at.sandbox.requests('api')).map(({ body }) => (body === '' ? undefined : (JSON.parse(body) as Fields)));

describe('Get Many', () => {
	test('has more areas of interest, assets, images and visualizations than the API gives where nothing is said', async () => {
		expect((await getAll('aoi', { returnAll: true })).length).toBeGreaterThan(10);
		expect((await getAll('asset', { ...aoi, returnAll: true })).length).toBeGreaterThan(10);
		expect((await getAll('image', { returnAll: true })).length).toBeGreaterThan(2);
		expect((await getAll('visualization', { ...aoi, returnAll: true })).length).toBeGreaterThan(2);
	});

	test.each(['aoi', 'image'])('goes on page by page to the end of %s', async (resource) => {
		const key = resource === 'aoi' ? 'aois' : 'catalogs';
		const idOf = resource === 'aoi' ? 'aoi_id' : 'id';
		const page = (from: number, count: number) => ({ [key]: Array.from({ length: count }, (_, n) => ({ [idOf]: `x${from + n}` })), pagination: { limit: 50, offset: from, total: 60 } });
		await at.sandbox.script({}, [{ body: page(0, 50) }, { body: page(50, 10) }]);
		expect(await getAll(resource, { returnAll: true, simplify: false })).toHaveLength(60);
		const [first, second] = resource === 'aoi' ? (await callsOf(at)).map((call) => call.split('?')[1]) : await bodies();
		expect([first, second]).toEqual(resource === 'aoi' ? ['offset=0&limit=50', 'offset=50&limit=50'] : [{ offset: 0, limit: 50 }, { offset: 50, limit: 50 }]);
	});

	test('asks for no more than the limit', async () => {
		expect(await getAll('image', { limit: 3 })).toHaveLength(3);
		expect(await bodies()).toEqual([{ offset: 0, limit: 3 }]);
	});

	test('filters as the API does', async () => {
		const [first] = await getAll('aoi', { filters: { aoi_name: 'Tailings basin', project_ids: `${area.projectId}, ${known.emptyProject}` } });
		expect(first?.aoi_id).toBe(area.aoiId);
		expect(await getAll('insight', { ...aoi, filters: { id: area.insightId } })).toEqual([expect.objectContaining({ id: area.insightId })]);
		const filters = { ids: `${known.image.imageId},${known.otherImage.imageId}`, datetime: '2020-01-01T00:00:00Z/..', bbox: '-180, -90, 180, 90', intersects: '', sort_by: '[]' };
		expect((await getAll('image', { filters })).map(({ id }) => id).sort()).toEqual([known.image.imageId, known.otherImage.imageId].sort());
		expect((await bodies()).at(-1)).toEqual({ ids: filters.ids.split(','), datetime: filters.datetime, bbox: [-180, -90, 180, 90], sort_by: [], offset: 0, limit: 50 });
		const [visualization, ...more] = await getAll('visualization', { ...aoi, filters: { visualization_id: area.visualizationId } });
		expect([visualization?.id, more]).toEqual([area.visualizationId, []]);
	});

	test.each([
		['bbox', '1, two', 'The filter "Bounding Box" is no list of numbers'],
		['query', '{', 'The filter "Query" is no JSON'],
		['ids', '={{ {} }}', 'The filter "IDs" is neither text nor a list'],
		['datetime', '={{ $json.nope }}', 'The expression in the filter "Date and Time" found nothing for this item'],
	])('refuses a filter that makes no sense: %s: %s', async (name, value, wanted) => {
		expect((await refusalOf(at, 'image', 'getAll', { filters: { [name]: value } })).message).toBe(wanted);
		expect(await at.sandbox.requests()).toEqual([]);
	});

	test.each([
		['aoi', {}, 'name', 'eo_bands'],
		['asset', aoi, 'asset_type', 'path'],
		['insight', aoi, 'status', 'input'],
		['image', {}, 'delivery_status', 'org_id'],
	])('of %s gives the fields that automations use, or all', async (resource, fields, kept, left) => {
		const [simple] = await getAll(resource, { ...fields, limit: 1 });
		const [whole] = await getAll(resource, { ...fields, limit: 1, simplify: false });
		expect(Object.keys(simple ?? {})).toContain(kept);
		expect(Object.keys(simple ?? {})).not.toContain(left);
		expect(Object.keys(whole ?? {})).toEqual(expect.arrayContaining([kept, left]));
	});
});

describe.each(['bytes', 'json'] as const)('what tasks and insights have brought, which Pixxel tells as %s,', (rawJson) => {
	beforeEach(async () => await at.sandbox.behave({ rawJson }));
	const { workflowId, jobId } = known.demo;

	test('stands in a job\'s tasks: numbers, texts and dates with their values, files without their addresses', async () => {
		const [job] = await perform(at, 'job', 'get', { workflowId: byId(workflowId), jobId: byId(jobId) });
		const tasks = job?.json.tasks as Array<{ block?: Fields; outputs?: Fields[] }>;
		const outputs = tasks.flatMap((task) => task.outputs ?? []);
		expect(tasks.at(-1)?.block).toEqual({ name: expect.any(String), version: expect.any(String) });
		expect(outputs.filter(({ format }) => format === 'number').length).toBeGreaterThan(0);
		for (const output of outputs) expect('value' in output).toBe(['number', 'string', 'date'].includes(String(output.format)));
		expect(JSON.stringify(outputs)).not.toContain('://');
	});

	test('stands in insights', async () => {
		const found = (await getAll('insight', { ...aoi, filters: { id: area.insightId } }))[0] as { outputs: Fields[] };
		expect(found.outputs.length).toBeGreaterThan(0);
		expect(found.outputs.some(({ value }) => value !== undefined)).toBe(true);
	});
});

describe('the lists', () => {
	const open = async (search: string, fields: Fields = {}, filter?: string) => {
		const { type, node, workflow, additionalData } = at.engine.place('pixxel', { parameters: { resource: 'asset', operation: 'download', ...fields } as never });
		const context = new LoadOptionsContext(workflow, node, additionalData, `parameters.${search}`);
		return (await type.methods!.listSearch![search]!.call(context, filter)).results;
	};
	const picked = { aoiId: { __rl: true, mode: 'list', value: area.aoiId, cachedResultName: 'Tailings basin' } };

	test.each<[string, Fields, string, RegExp]>([
		['searchAreas', {}, area.aoiId, /^Tailings basin · [0-9a-f]{8}$/],
		['searchAssets', picked, area.assetId, / · 2025-\d\d-\d\d · success$/],
		['searchInsights', picked, area.insightId, /^Tailings surface · \d{4}-\d\d-\d\d · /],
		['searchImages', {}, known.image.imageId, /^\S+ · 2025-\d\d-\d\d/],
		['searchVisualizations', picked, area.visualizationId, /^NDVI · \d{4}-\d\d-\d\d$/],
	])('%s tells its entries apart by what people recognise, and is searched', async (search, fields, id, name) => {
		const entries = await open(search, fields);
		expect(entries.find(({ value }) => value === id)?.name).toMatch(name);
		expect(await open(search, fields, id)).toHaveLength(1);
	});

	test.each(['searchAssets', 'searchInsights', 'searchVisualizations'])('%s asks for the area of interest first', async (search) => {
		expect((await shownError(open(search))).message).toBe('Choose an area of interest first. The field "Area of Interest" above is empty.');
	});

	test('say where there is nothing', async () => {
		const bare = { aoiId: { __rl: true, mode: 'list', value: known.bareArea } };
		expect((await shownError(open('searchAssets', bare))).message).toMatch(/^This area of interest has no assets yet/);
	});
});
