import { strFromU8, unzipSync } from 'fflate';
import { PNG } from 'pngjs';
import { documentedCalls } from '../sandbox/api/documentedCalls.mts';
import { keys, known, type SandboxHandle, startSandbox } from '../sandbox/client.mts';
import { operations } from '../sandbox/openapi/description.mts';
import { send } from './plainHttp.mts';

interface Asked {
	body?: unknown;
	/** Null: none. */
	key?: string | null;
}

describe("the sandbox's API", () => {
	let sandbox: SandboxHandle;
	const { workflowId, jobId, taskId } = known.demo;
	const { aoiId, assetId, insightId, visualizationId, indexId, date } = known.area;
	const [workflow, area] = [`/v0/workflows/${workflowId}`, `/v0/aois/${aoiId}`];
	const taskDownload = `${workflow}/jobs/${jobId}/tasks/${taskId}/download`;
	const insightDownload = `/v0/aoi/${aoiId}/insights/${insightId}/download`;

	beforeAll(async () => {
		sandbox = await startSandbox({ readyAfterMs: 0 });
	});
	afterAll(() => sandbox.stop());
	beforeEach(() => sandbox.reset());

	/** Asks by method and path. */
	const ask = async (line: string, { body, key = keys.valid }: Asked = {}) => {
		const [method, path] = line.split(' ');
		const headers = { ...(key !== null && { authorization: key }), ...(body !== undefined && { 'content-type': 'application/json' }) };
		const sent = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
		const { status, headers: { 'content-type': type }, body: bytes } = await send(`${sandbox.url}${path}`, { method, headers, body: sent });
		return { status, type, bytes, json: bytes.length > 0 && bytes[0] !== 0x89 ? JSON.parse(bytes.toString()) : undefined };
	};
	const filesOf = async (url: string) => {
		const files = unzipSync((await send(url)).body);
		return { paths: Object.keys(files), json: (path: string) => JSON.parse(strFromU8(files[path] as Uint8Array)) };
	};

	describe('is held to the description', () => {
		it('answers every call in it', () => {
			expect(documentedCalls.map(({ name }) => name).sort()).toEqual(operations.map(({ name }) => name).sort());
		});
		it('gives no answer that it does not know, and remembers that it should have', async () => {
			await sandbox.finishInsight(insightId, { status: 5 as unknown as string });
			const { status, json } = await ask(`GET /v0/aoi/${aoiId}/insights`);
			const words = expect.stringMatching(/GET .*insights: .*description does not know.*\/status must be string/);
			expect([status, json.error.message]).toEqual([500, words]);
			await sandbox.reset();
			expect([await sandbox.takeViolations(), await sandbox.takeViolations()]).toEqual([[words], []]);
		});
		it('differs from it where a test has said so', async () => {
			await sandbox.behave({ rawJson: 'json', unfinishedAt: 'null', assetDownloads: 'withoutBody' });
			await sandbox.configurePackage(known.image.imageId, { neverReady: true, pendingStatus: 'PENDING', unreadyUrl: 'null' });
			const { json } = await ask(`GET ${workflow}/jobs/${known.running.jobId}`);
			expect([json.finished_at, json.tasks[0].result[0].name, json.tasks[3].result]).toEqual([null, 'reflectance', null]);
			expect(await ask(`POST ${area}/downloads`, { body: { asset_ids: [assetId] } })).toMatchObject({ status: 200, bytes: Buffer.alloc(0) });
			const created = (await ask('POST /v0/catalogs/download', { body: { catalog_ids: [known.image.imageId] } })).json;
			expect((await ask(`GET /v0/catalogs/download/${created.id}`)).json).toEqual({ id: created.id, status: 'PENDING', signed_url: null });
		});
	});

	describe('authenticates as documented', () => {
		it.each([
			[200, 'sandbox-key'],
			[200, 'bearer sandbox-key'],
			[401, 'Bearer unknown-key'],
			[401, 'Bearer Bearer sandbox-key'],
			[401, 'Basic c2FuZGJveA=='],
			[401, 'Bearer'],
			[403, 'sandbox-expired-key'],
			[403, 'Bearer sandbox-revoked-key'],
			[403, null],
		])('answers %i to %s', async (status, key) => {
			const reply = await ask('GET /v0/workflows?limit=1', { key });
			expect(reply.status).toBe(status);
			if (status !== 200) expect(reply.json.error).toEqual({ code: expect.any(String), message: expect.stringMatching(/token/), details: null });
		});
		it('keeps a key to its projects', async () => {
			const key = keys.miningOnly;
			const { projectId } = known.otherProject;
			for (const path of [`/v0/projects/${projectId}`, `/v0/workflows/${known.otherProject.workflowId}/jobs`, `/v0/aoi/${known.namesake}`, `/v0/aois?project_ids=${projectId}`]) {
				expect([path, (await ask(`GET ${path}`, { key })).status]).toEqual([path, 403]);
			}
			expect((await ask('GET /v0/projects', { key })).json).toMatchObject({ count: 1, projects: [{ title: 'Sandbox (not Pixxel): mining' }] });
			expect((await ask('GET /v0/aois?aoi_name=tailings', { key })).json.aois).toHaveLength(1);
		});
		it('wants no key for ping', async () => {
			expect((await ask('GET /ping', { key: null })).json).toBe('pong');
		});
	});

	const bad = 'bad_request';
	const [missing, unfinished] = ['not_found', 'not_finished'];
	const picture = { index_id: indexId, date: '2025_03_03', visualization_mode: 'dynamic' };
	it.each<[what: string, line: string, code: string, body?: unknown]>([
		['an unknown parameter', 'GET /v0/workflows?page=1', bad],
		['a name that objects have anyway', 'GET /v0/workflows?constructor=1', bad],
		['a limit that is no integer', 'GET /v0/workflows?limit=1.5', bad],
		['a negative offset', 'GET /v0/aois?offset=-1', bad],
		['an empty filter', 'GET /v0/workflows?name=', bad],
		['a parameter given twice', 'GET /v0/workflows?limit=1&limit=2', bad],
		['a date that is none', 'GET /v0/aois?created_at=yesterday', bad],
		['a date where a timestamp is wanted', `GET /v0/aoi/${aoiId}/insights?created_on=2025-03-03`, bad],
		['malformed encoding in the query', 'GET /v0/workflows?name=%E0%A4%A', bad],
		['malformed encoding in the path', 'GET /v0/projects/%E0%A4%A', bad],
		['a missing project', 'GET /v0/workflows/some-workflow', bad],
		['paging of jobs', `GET ${workflow}/jobs?limit=1`, bad],
		['paging of insights', `GET /v0/aoi/${aoiId}/insights?limit=1`, bad],
		['a body where none is known', `PUT ${taskDownload}`, bad, {}],
		['no body where one is needed', 'POST /v0/catalogs/search', bad],
		['a body that is no JSON', 'POST /v0/catalogs/search', bad, '{'],
		['an unknown field', 'POST /v0/catalogs/search', bad, { page: 1 }],
		['a field of another type', `PUT ${insightDownload}`, bad, { outputs: 'ndvi' }],
		['a missing field', `POST ${area}/downloads`, bad, {}],
		['catalogs and order items at once', 'POST /v0/catalogs/download', bad, { catalog_ids: [known.image.imageId], order_item_ids: [] }],
		['neither catalogs nor order items', 'POST /v0/catalogs/download', bad, {}],
		['an unknown operator', 'POST /v0/catalogs/search', bad, { query: { cloudcover: { like: 1 } } }],
		['a picture of an unknown mode', `POST ${area}/visualizations/${visualizationId}/png`, bad, { ...picture, visualization_mode: 'loud' }],
		['a day written otherwise', `POST ${area}/visualizations/${visualizationId}/png`, bad, { ...picture, date }],
		['another method', `GET ${taskDownload}`, 'method_not_allowed'],
		['another path', 'GET /v0/workflow', missing],
		['a path without its identifier', 'GET /v0/workflows/', missing],
		['an encoded slash in an identifier', 'GET /v0/workflows/a%2Fb/jobs', missing],
		['a task of another job', `PUT ${taskDownload.replace(taskId, known.otherJob.taskId)}`, missing],
		['a job of another workflow', `GET /v0/workflows/${known.workflowWithoutJobs}/jobs/${jobId}`, missing],
		['a workflow of another project', `GET ${workflow}?project_id=${known.otherProject.projectId}`, missing],
		['an insight of another area', `PUT ${insightDownload.replace(aoiId, known.namesake)}`, missing],
		['an asset of another area', `POST /v0/aois/${known.namesake}/downloads`, missing, { asset_ids: [assetId] }],
		['an image of nothing', `GET /v0/catalogs/${known.nothing}`, missing],
		['a download of nothing', `GET /v0/catalogs/download/${known.nothing}`, missing],
		['a picture of another index', `POST ${area}/visualizations/${visualizationId}/png`, missing, { ...picture, index_id: known.nothing }],
		['a picture of a day without an image', `POST ${area}/visualizations/${visualizationId}/png`, missing, { ...picture, date: '2025_03_04' }],
		['the output of a job that runs', `PUT ${workflow}/jobs/${known.running.jobId}/download`, unfinished],
		['the output of a task that runs', `PUT ${workflow}/jobs/${known.running.jobId}/tasks/${known.running.taskId}/download`, unfinished],
		['the output of an insight that runs', `PUT ${insightDownload.replace(insightId, known.runningInsight)}`, unfinished],
		['an asset that was not made', `POST ${area}/downloads`, unfinished, { asset_ids: [assetId, known.failedAsset] }],
	])('refuses %s', async (_what, line, code, body = undefined) => {
		const { status, type, json } = await ask(line, { body });
		const statuses: Record<string, number> = { [bad]: 400, [unfinished]: 400, [missing]: 404, method_not_allowed: 405 };
		expect([status, json.error]).toEqual([statuses[code], { code, message: expect.any(String), details: expect.any(Object) }]);
		// As described, however odd.
		expect(type).toMatch(line.endsWith('/png') ? 'image/png' : 'application/json');
	});

	describe('lists', () => {
		it.each<[line: string, list: string, total: number, shown: number, body?: object]>([
			['GET /v0/workflows', 'workflows', 79, 50],
			['GET /v0/aois', 'aois', 25, 10],
			['GET /v0/aois?limit=20&offset=20', 'aois', 25, 5],
			['GET /v0/aois?aoi_name=TAILINGS', 'aois', 2, 2],
			[`GET /v0/aois?aoi_id=${aoiId}`, 'aois', 1, 1],
			[`GET /v0/aois?project_ids=${known.area.projectId},${known.otherProject.projectId}`, 'aois', 25, 10],
			[`GET /v0/aois?project_ids=${known.otherProject.projectId}`, 'aois', 12, 10],
			[`GET ${area}/assets`, 'assets', 12, 10],
			[`GET /v0/aois/${known.bareArea}/assets`, 'assets', 0, 0],
			[`GET ${area}/visualizations`, 'visualization', 4, 4],
			[`GET ${area}/visualizations?type=custom`, 'visualization', 1, 1],
			[`GET ${area}/visualizations?visualization_id=${visualizationId}&expression_type=index`, 'visualization', 1, 1],
			['GET /v0/indices', 'indices', 12, 10],
			['GET /v0/indices?expression_type=composite', 'indices', 2, 2],
			['POST /v0/catalogs/search', 'catalogs', 30, 2, {}],
			['POST /v0/catalogs/search', 'catalogs', 30, 10, { limit: 50, offset: 20 }],
			['POST /v0/catalogs/search', 'catalogs', 1, 1, { ids: [known.image.imageId], order_item_ids: [known.image.orderItemId] }],
			['POST /v0/catalogs/search', 'catalogs', 2, 2, { datetime: '2025-03-03T05:20:00Z/2025-03-10T00:00:00Z' }],
			['POST /v0/catalogs/search', 'catalogs', 1, 1, { datetime: '../2025-03-03T05:20:00Z' }],
			['POST /v0/catalogs/search', 'catalogs', 9, 2, { query: { cloudcover: { lt: 10 } } }],
			['POST /v0/catalogs/search', 'catalogs', 1, 1, { bbox: [73.9, 20.7, 74.02, 20.82] }],
			['POST /v0/catalogs/search', 'catalogs', 10, 2, { collections: ['pixxel-l2a-open'] }],
		])('%s, %s: %i, of which %i are shown', async (line, list, total, shown, body = undefined) => {
			const { status, json } = await ask(line, { body });
			expect([status, json.pagination?.total, json[list]?.length]).toEqual([200, total, shown]);
		});
		it('images in the order that is asked for', async () => {
			const { catalogs } = (await ask('POST /v0/catalogs/search', { body: { limit: 50, sort_by: [{ datetime: 'DESC' }] } })).json;
			const times = catalogs.map(({ details }: any) => details.properties.datetime);
			expect(times).toEqual([...times].sort().reverse());
		});
		it('jobs and insights in no order of time', async () => {
			for (const [path, list] of [[`${workflow}/jobs`, 'jobs'], [`/v0/aoi/${aoiId}/insights`, 'insights']] as const) {
				const times = (await ask(`GET ${path}`)).json[list].map((one: { created_at: string }) => one.created_at);
				expect(times).toHaveLength(5);
				expect(times).not.toEqual([...times].sort());
				expect(times).not.toEqual([...times].sort().reverse());
			}
		});
		it('what belongs together', async () => {
			const [visualization] = (await ask(`GET ${area}/visualizations?visualization_id=${visualizationId}`)).json.visualization;
			const [index] = (await ask(`GET /v0/indices?index_id=${visualization.index_id}`)).json.indices;
			expect([visualization.index_id, index.name]).toEqual([indexId, 'NDVI']);
			const { assets } = (await ask(`GET ${area}/assets?limit=50`)).json;
			expect(new Set(assets.map((asset: any) => asset.status))).toEqual(new Set(['success', 'failed', 'creating', 'started']));
			expect(assets[0]).toMatchObject({ id: assetId, date });
		});
	});

	describe('shows how work goes', () => {
		it('of jobs: tasks, failed ones with the reason, outputs of those that have completed', async () => {
			const { tasks } = (await ask(`GET ${workflow}/jobs/${known.failed.jobId}`)).json;
			expect(tasks.map(({ status }: { status: string }) => status)).toEqual(['completed', 'completed', 'failed', 'pending']);
			expect(tasks[2]).toMatchObject({ id: known.failed.taskId, err_msg: expect.stringContaining('clouds'), progress: 60, result: [] });
			const outputs = JSON.parse(Buffer.from(tasks[0].result).toString());
			expect(outputs.map((output: any) => output.format)).toEqual(['raster', 'raster', 'vector', 'tabular', 'number', 'number', 'string', 'date']);
			expect(outputs[0].value).toMatch(/^s3:/);
		});
		it('of jobs that are made and ended by hand', async () => {
			const running = await sandbox.makeJob({ workflowId, running: true });
			const listed = async () => (await ask(`GET ${workflow}/jobs?id=${running.id}`)).json.jobs[0];
			expect(await listed()).toMatchObject({ status: 'running', progress: '40', finished_at: '' });
			await sandbox.finishJob(running.id, { status: 'failed', finishedAt: null });
			expect(await listed()).not.toHaveProperty('finished_at');
			await expect(sandbox.makeJob({ workflowId: 'none' })).rejects.toThrow('workflow none was not found');
		});
		it('of insights', async () => {
			const running = await sandbox.makeInsight({ aoiId, running: true });
			const listed = async () => (await ask(`GET /v0/aoi/${aoiId}/insights?id=${running.id}`)).json.insights[0];
			expect(await listed()).toMatchObject({ status: 'running', progress: 40, output: [] });
			await sandbox.finishInsight(running.id);
			expect(await listed()).toMatchObject({ status: 'completed', progress: 100, output: expect.arrayContaining([91]) });
			await sandbox.finishInsight(running.id, { status: 'failed', errMsg: 'Too dark' });
			expect(await listed()).toMatchObject({ status: 'failed', err_msg: 'Too dark', output: [] });
		});
		it('of images that are delivered', async () => {
			const { id, itemId } = await sandbox.deliverImage({ takenAt: '2026-01-02T03:04:05Z', createdAt: '2026-01-05T00:00:00Z' });
			expect((await ask(`GET /v0/catalogs/${id}`)).json).toMatchObject({
				id,
				created_at: '2026-01-05T00:00:00.000Z',
				details: { id: itemId, properties: { datetime: '2026-01-02T03:04:05.000Z' } },
			});
			expect(itemId).toMatch(/^TD2_000680_20260102_L2A_20260103_\d+$/);
		});
	});

	describe('packages', () => {
		it('what a PUT asks for: pending first, then ready, with another link each time', async () => {
			await sandbox.configurePackage(taskId, { readyAfterMs: 60_000 });
			const pending = { id: taskId, job_id: jobId, workflow_id: workflowId, status: 'pending', signed_url: '' };
			expect((await ask(`PUT ${taskDownload}`)).json).toEqual(pending);
			await sandbox.skip(59_000);
			expect((await ask(`PUT ${taskDownload}`)).json).toEqual(pending);
			await sandbox.skip(1_000);
			const ready = (await ask(`PUT ${taskDownload}`)).json;
			expect(ready).toEqual({ ...pending, status: 'ready', signed_url: expect.stringMatching(/^http:.*X-Sandbox-Signature=/) });
			expect((await ask(`PUT ${taskDownload}`)).json.signed_url).not.toBe(ready.signed_url);
			expect((await sandbox.packageInfo(taskId)).puts).toBe(4);
			expect((await ask(`PUT ${insightDownload}`, { body: { outputs: ['ndvi'] } })).json).toMatchObject({ id: insightId, status: 'ready' });
		});
		it.each([
			['assets', `POST ${area}/downloads`, `GET ${area}/downloads/`, 'download_id', { asset_ids: [assetId] }, ['CREATED', 'IN_PROGRESS', 'SUCCESS']],
			['images', 'POST /v0/catalogs/download', 'GET /v0/catalogs/download/', 'id', { catalog_ids: [known.image.imageId] }, ['created', 'in_progress', 'success']],
		])('%s: each POST makes another download, and its GET tells how far it is', async (_what, post, get, name, body, words) => {
			const [packageId] = Object.values(body).flat() as [string];
			await sandbox.configurePackage(packageId, { readyAfterMs: 60_000, unreadyUrl: 'absent' });
			const [first, second] = [await ask(post, { body }), await ask(post, { body })];
			expect([first.status, first.json]).toEqual([201, { [name]: expect.any(String), status: words[0] }]);
			expect(second.json[name]).not.toBe(first.json[name]);
			const look = async () => (await ask(`${get}${first.json[name]}`)).json;
			expect(await look()).toEqual({ ...first.json, status: words[1] });
			await sandbox.skip(60_000);
			const [ready, later] = [await look(), await look()];
			expect(ready).toEqual({ ...first.json, status: words[2], signed_url: expect.stringContaining(packageId) });
			expect(later.signed_url).not.toBe(ready.signed_url);
			await sandbox.configurePackage(packageId, { sameLink: true, readyAfterMs: 0, readyAtOnce: true });
			expect((await look()).signed_url).toBe(ready.signed_url);
			expect((await ask(post, { body })).json).toMatchObject({ status: words[2], signed_url: expect.stringMatching(/^http/) });
			await sandbox.configurePackage(packageId, { failStatus: 'failed' });
			expect(await look()).toEqual({ ...first.json, status: 'failed' });
		});
		it('of an order item what its image is, and of several assets one', async () => {
			const { json } = await ask('POST /v0/catalogs/download', { body: { order_item_ids: [known.image.orderItemId] } });
			expect((await ask(`GET /v0/catalogs/download/${json.id}`)).json.signed_url).toContain(known.image.imageId);
			await sandbox.configurePackage(`${assetId}+${known.otherAsset}`, { readyAtOnce: true });
			const both = await ask(`POST ${area}/downloads`, { body: { asset_ids: [assetId, known.otherAsset] } });
			const { paths } = await filesOf(both.json.signed_url);
			expect(paths.filter((path) => /^[a-z_]+_[\d-]+\.tif$/.test(path))).toEqual(['mosaic_2025-03-03.tif', 'stac_item_2025-03-13.tif']);
		});
		it('laid out as their kind is', async () => {
			const scene = await filesOf(await sandbox.signUrl(taskId));
			expect(scene.paths).toEqual(['rasters/bands.tif', 'rasters/ndvi.tif', 'vectors/zones.geojson', 'quicklook.png', 'statistics.json']);
			expect(scene.json('statistics.json').note).toContain('not satellite data');
			const image = await filesOf(await sandbox.signUrl(known.image.imageId));
			const name = 'TD2_000650_20250303_L2A_20250304_01001067';
			expect(image.paths).toEqual(['.tif', '_mask.tif', '_thumbnail.png', '_footprint.geojson', '.hdr', '.xml'].map((rest) => `${name}${rest}`));
			expect(image.json(`${name}_footprint.geojson`).geometry.type).toBe('Polygon');
			await sandbox.configurePackage(taskId, { layout: 'outputs' });
			for (const id of [insightId, taskId]) {
				const { paths, json } = await filesOf(await sandbox.signUrl(id));
				expect(paths).toEqual(expect.arrayContaining(['outputs/reflectance/result.tif', 'outputs/reflectance/spec.json', 'outputs/summary/observed_on/spec.json']));
				expect(json('outputs/summary/observed_on/spec.json')).toMatchObject({ format: 'date', value: expect.stringMatching(/^2025-04-\d\d$/) });
			}
		});
	});

	it('draws an index, its legend in it', async () => {
		const draw = async (mode: string) => {
			const { status, type, bytes } = await ask(`POST ${area}/visualizations/${visualizationId}/png`, { body: { ...picture, visualization_mode: mode } });
			expect([status, type]).toEqual([200, 'image/png']);
			return PNG.sync.read(bytes);
		};
		const [dynamic, theoretical] = [await draw('dynamic'), await draw('theoretical')];
		expect([dynamic.width, dynamic.height]).toEqual([320, 378]);
		expect(dynamic.data.equals(theoretical.data)).toBe(false);
		// The bar reaches from red to green.
		const colourAt = (x: number, y: number) => [...dynamic.data.subarray((y * 320 + x) * 4, (y * 320 + x) * 4 + 3)];
		expect([colourAt(8, 326), colourAt(311, 326)]).toEqual([[215, 50, 50], [25, 200, 60]]);
	});
});
