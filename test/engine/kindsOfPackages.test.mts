import { known, type PackageSettings } from '../sandbox/client.mts';
import { callsOf, type Fields, jsonOf, perform, refusalOf } from './operations.mts';
import { byId, Sandboxed } from './sandboxed.mts';

const { area, image } = known;
const aoi = { aoiId: byId(area.aoiId) };

/** Kinds of packages beside tasks and jobs, each with the ID of its package, what asks for it, and the field of the answer that names the download. */
const KINDS: Array<[resource: string, fields: Fields, id: string, call: string, download?: string]> = [
	['asset', { ...aoi, assetId: byId(area.assetId) }, area.assetId, `/v0/aois/${area.aoiId}/downloads`, 'download_id'],
	['insight', { ...aoi, insightId: byId(area.insightId) }, area.insightId, `/v0/aoi/${area.aoiId}/insights/${area.insightId}/download`],
	['image', { imageId: byId(image.imageId) }, image.imageId, '/v0/catalogs/download', 'id'],
];
const POSTED = KINDS.flatMap(([resource, fields, id, call, download]) => (download ? [[resource, fields, id, call, download] as const] : []));

const at = Sandboxed.forTests();

const download = async (resource: string, fields: Fields) => await perform(at, resource, 'download', fields);
const methods = async () => (await callsOf(at)).map((call) => call.split(' ')[0]);

describe.each(KINDS)('of the package of one %s', (resource, fields, id, call, downloadId) => {
	const configure = async (settings: PackageSettings) => await at.sandbox.configurePackage(id, settings);

	test('the exact file comes, named by storage', async () => {
		const [item, ...more] = await download(resource, fields);
		expect(more).toEqual([]);
		expect(item?.json).not.toHaveProperty('signed_url');
		expect(item?.json[downloadId ?? 'id']).toEqual(expect.any(String));
		const { size, sha256, fileName } = await at.sandbox.packageInfo(id);
		expect(await at.fingerprint(item?.binary?.data)).toEqual({ size, sha256 });
		expect(item?.binary?.data?.fileName).toBe(fileName);
	});

	test('a file that storage does not name is named after its ID', async () => {
		await configure({ size: 1_000, contentDisposition: '' });
		const [item] = await download(resource, fields);
		expect(item?.binary?.data?.fileName).toBe(`${id}.zip`);
	});

	test('the files in it come, the list of them, and the link', async () => {
		const files = await download(resource, { ...fields, output: 'packageFiles' });
		const list = await download(resource, { ...fields, output: 'packageList' });
		const pathsOf = (items: typeof list) => items.map(({ json }) => (json.file as { path: string }).path);
		expect(pathsOf(files).length).toBeGreaterThan(1);
		expect(pathsOf(list)).toEqual(pathsOf(files));
		for (const { binary, json } of files) expect((await at.fingerprint(binary?.data)).size).toBe((json.file as { size: number }).size);
		const [link] = await download(resource, { ...fields, output: 'signedUrl' });
		expect(link?.json.signed_url).toMatch(/^http/);
	});

	test('nothing is asked for twice while it is waited for', async () => {
		await configure({ readyAfterMs: 40_000 });
		await download(resource, fields);
		const [first, ...more] = await methods();
		expect([first, new Set(more)]).toEqual(downloadId ? ['POST', new Set(['GET'])] : ['PUT', new Set(['PUT'])]);
		expect(more).toHaveLength(4);
		expect((await callsOf(at))[0]).toBe(`${first} ${call}`);
	});

	test('a link that expires half-way is renewed', async () => {
		await configure({ size: 3_000_000 });
		await at.sandbox.addFaults(id, [{ cutAt: 1_000_000 }, { expire: true }]);
		await at.expectExact(await download(resource, fields), id);
		expect((await methods()).filter((method) => method === 'POST')).toHaveLength(downloadId ? 1 : 0);
	});

	test('a status that says that it failed is final, and named', async () => {
		await configure({ failStatus: 'failed' });
		const { message, description } = await refusalOf(at, resource, 'download', fields);
		expect(message).toBe('Pixxel could not make this package: its status is "failed"');
		expect(description).toMatch(new RegExp(`^Look at the ${resource} in Aurora`));
	});
});

describe.each(POSTED)('a download of one %s, which each POST requests anew,', (resource, fields, id, _call, field) => {
	test('is looked at later by the ID that came out', async () => {
		await at.sandbox.configurePackage(id, { readyAfterMs: 60_000 });
		const [asked] = await download(resource, { ...fields, waitUntilReady: false });
		expect(asked?.binary).toBeUndefined();
		const again = { ...fields, waitUntilReady: false, options: { downloadId: `={{ "${String(asked?.json[field])}" }}` } };
		const [pending] = await download(resource, again);
		expect(pending?.binary).toBeUndefined();
		await at.sandbox.skip(60_000);
		const [ready] = await download(resource, again);
		const { size, sha256 } = await at.sandbox.packageInfo(id);
		expect(await at.fingerprint(ready?.binary?.data)).toEqual({ size, sha256 });
		expect((await methods()).filter((method) => method === 'POST')).toHaveLength(1);
	});

	test('is requested once more where this one has no fresh link', async () => {
		await at.sandbox.configurePackage(id, { size: 3_000_000, sameLink: true });
		await at.sandbox.addFaults(id, [{ cutAt: 1_000_000 }, { expire: true }]);
		await at.expectExact(await download(resource, fields), id);
		expect((await methods()).filter((method) => method === 'POST')).toHaveLength(2);
	});

	test.each([{ status: 503 }, { fault: 'reset' }, { text: '<html>restarting</html>' }] as const)('is not requested again by chance: %j', async (answer) => {
		await at.sandbox.script({ method: 'POST' }, answer);
		const { message, description } = await refusalOf(at, resource, 'download', fields);
		expect(message).toMatch(/^The download may or may not have been requested: /);
		expect(description).toMatch(/costs nothing/);
		expect(await methods()).toEqual(['POST']);
	});

	test('is looked at through trouble that passes', async () => {
		await at.sandbox.script({ method: 'GET' }, [{ status: 503 }, { text: '<html>restarting</html>' }]);
		await download(resource, fields);
		expect(await methods()).toEqual(['POST', 'GET', 'GET', 'GET']);
	});

	test('whose first answer has no status is looked at, and not requested again where that answer cannot be read', async () => {
		const [asked] = await download(resource, { ...fields, waitUntilReady: false });
		await at.sandbox.script({ method: 'POST' }, { status: 201, body: { [field]: asked?.json[field] } });
		await at.sandbox.script({ method: 'GET' }, { text: '<html>restarting</html>' });
		await at.expectExact(await download(resource, fields), id);
		expect((await methods()).slice(1)).toEqual(['POST', 'GET', 'GET']);
	});

	test.each([{ status: 'created' }, {}])('that the answer does not name cannot be looked at: %j', async (body) => {
		await at.sandbox.script({ method: 'POST' }, { status: 201, body });
		const { message } = await refusalOf(at, resource, 'download', fields);
		expect(message).toBe(`Pixxel's answer has no "${field}", so the progress of this download cannot be polled`);
		expect(await methods()).toEqual(['POST']);
	});

	test.each([
		['={{ ["a"] }}', 'a list'],
		['={{ $json.nope }}', 'nothing'],
	])('is named by an ID: %s is none', async (downloadId, gave) => {
		const { message, description } = await refusalOf(at, resource, 'download', { ...fields, options: { downloadId } });
		expect([message, description]).toEqual(['"Download ID" is not an ID', expect.stringContaining(`The expression gave ${gave}.`)]);
		expect(await at.sandbox.requests()).toEqual([]);
	});
});

test('a download of an asset may be answered by 200 and nothing, as an older page has it: that is said, and not asked again', async () => {
	await at.sandbox.script({ method: 'POST' }, { status: 200, text: '' });
	const [, fields] = KINDS[0]!;
	const { message } = await refusalOf(at, 'asset', 'download', fields);
	expect(message).toBe("The download may or may not have been requested: Pixxel answered with nothing instead of a package's status");
	expect(await methods()).toEqual(['POST']);
});

test('of an insight, the inputs and outputs are asked for that the user names, and no others', async () => {
	const [, fields] = KINDS[1]!;
	await download('insight', fields);
	await download('insight', { ...fields, options: { outputs: 'ndvi, mask' } });
	await download('insight', { ...fields, options: { inputs: '={{ ["scene"] }}', outputs: '' } });
	const bodies = (await at.sandbox.requests('api')).map(({ body }) => (body === '' ? undefined : (JSON.parse(body) as unknown)));
	expect(bodies).toEqual([undefined, { outputs: ['ndvi', 'mask'] }, { inputs: ['scene'] }]);
	const { message } = await refusalOf(at, 'insight', 'download', { ...fields, options: { inputs: '={{ {} }}' } });
	expect(message).toBe('"Inputs" is neither text nor a list');
});

describe('a package from a link', () => {
	const { taskId } = known.demo;
	const fromLink = (url: string, fields: Fields = {}) => ['package', 'downloadFromLink', { url, ...fields }] as const;

	test.each(['file', 'packageFiles', 'packageList'])('comes without a call to Pixxel: %s', async (output) => {
		const items = await perform(at, ...fromLink(await at.sandbox.signUrl(taskId), { output }));
		expect(items.length).toBeGreaterThan(0);
		if (output === 'file') await at.expectExact(items);
		expect(JSON.stringify(items.map(({ json }) => json))).not.toContain('X-Sandbox');
		expect(await at.sandbox.requests('api')).toEqual([]);
		for (const { headers } of await at.gets()) expect(headers).not.toHaveProperty('authorization');
	});

	test('is resumed, and ends in what to do where the link has expired', async () => {
		await at.sandbox.configurePackage(taskId, { size: 3_000_000 });
		await at.sandbox.addFaults(taskId, { cutAt: 1_000_000 });
		await at.expectExact(await perform(at, ...fromLink(await at.sandbox.signUrl(taskId))));
		await at.sandbox.addFaults(taskId, { expire: true });
		const { message, description } = await refusalOf(at, ...fromLink(await at.sandbox.signUrl(taskId)));
		expect(message).toBe('The link to the package has expired, or is refused');
		expect(description).toMatch(/^Run the node that gave the link once more/);
	});

	test.each([
		['', '"Link" is empty'],
		['={{ $json.nope }}', '"Link" is empty'],
		['secret-path', '"Link" is not a web address'],
		['ftp://storage.example/secret-path', '"Link" is not a web address'],
		['={{ ["https://storage.example/secret-path"] }}', '"Link" is empty'],
	])('is refused before anything where it is none: %s', async (url, wanted) => {
		const error = await refusalOf(at, ...fromLink(url));
		expect(error.message).toBe(wanted);
		expect(JSON.stringify(error) + error.message).not.toContain('secret-path');
		expect(await at.sandbox.requests()).toEqual([]);
	});
});

describe('the picture of a visualization', () => {
	const fields = { ...aoi, visualizationId: byId(area.visualizationId), date: area.date };
	const picture = async (more: Fields = {}) => await perform(at, 'visualization', 'getPicture', { ...fields, ...more });
	const PNG = [0x89, 0x50, 0x4e, 0x47];

	test('comes as a PNG, its index looked up, named after the visualization and the day', async () => {
		const [item] = await picture({ outputPropertyName: 'map' });
		const data = item?.binary?.map;
		expect(data).toMatchObject({ fileName: `${area.visualizationId}-${area.date}.png`, mimeType: 'image/png' });
		expect([...(await at.engine.bytes(data)).subarray(0, 4)]).toEqual(PNG);
		expect(jsonOf([item!])).toEqual([{ aoi_id: area.aoiId, visualization_id: area.visualizationId, index_id: area.indexId, date: area.date, legend: 'dynamic' }]);
		const [, { body }] = (await at.sandbox.requests('api')) as [unknown, { body: string }];
		expect(JSON.parse(body)).toEqual({ index_id: area.indexId, date: area.date.replaceAll('-', '_'), visualization_mode: 'dynamic' });
	});

	test('is named after what was picked from the list', async () => {
		const picked = { __rl: true, mode: 'list', value: area.visualizationId, cachedResultName: 'NDVI: north/south · 2025-03-01' };
		const [item] = await picture({ visualizationId: picked, legend: 'theoretical' });
		expect(item?.binary?.data?.fileName).toBe(`NDVI- north-south-${area.date}.png`);
	});

	test.each(['={{ new Date("2025-03-03T12:00:00Z") }}', '2025-03-03T23:00:00', '={{ "2025-03-03" }}'])('is that of the day of %s', async (date) => {
		const [item] = await picture({ date });
		expect(item?.json.date).toBe('2025-03-03');
	});

	test('is refused in Pixxel\'s words, though they come as image/png', async () => {
		const { message, httpCode } = await refusalOf(at, 'visualization', 'getPicture', { ...fields, date: '1999-01-01' });
		expect(httpCode).toMatch(/^4/);
		expect(message).not.toMatch(/HTTP/);
	});

	test.each([
		[{ date: 'yesterday' }, '"Date" is not a date'],
		[{ date: '={{ $json.nope }}' }, '"Date" is not a date'],
		[{ legend: '={{ "loud" }}' }, '"Legend" is neither "dynamic" nor "theoretical"'],
	])('is not asked for with %j', async (more, wanted) => {
		expect((await refusalOf(at, 'visualization', 'getPicture', { ...fields, ...more })).message).toBe(wanted);
		expect(await at.sandbox.requests()).toEqual([]);
	});

	test('cannot be had of what is no visualization of this area, nor where something else comes', async () => {
		const { message } = await refusalOf(at, 'visualization', 'getPicture', { ...fields, visualizationId: byId(known.nothing) });
		expect(message).toBe('This area of interest has no such visualization');
		await at.sandbox.script({ method: 'POST' }, { text: '<html>Sign in</html>' });
		expect((await refusalOf(at, 'visualization', 'getPicture', fields)).message).toBe('Pixxel answered with something else than a PNG picture');
	});
});
