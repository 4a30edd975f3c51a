import { existsSync, readdirSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { unzipSync } from 'fflate';
import type { INodeExecutionData } from 'n8n-workflow';
import { until } from '../n8n/process/until.mts';
import { type ArchiveFile, known, type PackageSettings, type StorageFault } from '../sandbox/client.mts';
import { oneTaskEach, Sandboxed, sha256 } from './sandboxed.mts';

const { demo, second } = known;
const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

const PATHS = ['rasters/bands.tif', 'rasters/ndvi.tif', 'vectors/zones.geojson', 'quicklook.png', 'statistics.json'];
const TYPES = ['image/tiff', 'image/tiff', 'application/geo+json', 'image/png', 'application/json'];

interface Facts {
	path: string;
	name: string;
	size: number;
	modified?: string;
}

const factsOf = (items: INodeExecutionData[]) => items.map(({ json }) => json.file as unknown as Facts);
const pathsOf = (items: INodeExecutionData[]) => factsOf(items).map(({ path }) => path);

/** What a library of somebody else's finds in a task's package as it is now. */
async function unpackedBy(at: Sandboxed, id = demo.taskId): Promise<Map<string, Buffer>> {
	const answer = await fetch(await at.sandbox.signUrl(id));
	const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
	await at.sandbox.forgetRequests();
	return new Map(Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes)]));
}

/** Expects each item to have exactly the bytes that its file has in the package. */
async function expectExactFiles(at: Sandboxed, items: INodeExecutionData[], originals: Map<string, Buffer>): Promise<void> {
	for (const { json, binary } of items) {
		const { path, size } = json.file as unknown as Facts;
		const original = originals.get(path) as Buffer;
		expect(size).toBe(original.length);
		expect(await at.fingerprint(binary?.data)).toEqual({ size, sha256: sha256(original) });
	}
}

describe.each(['filesystem', 'default'] as const)('the files in the package, kept by n8n in %s mode', (binaryMode) => {
	const at = Sandboxed.forTests(binaryMode);

	test('come one by one, in their order, with the exact bytes, their names, types and facts', async () => {
		const items = await at.download({ output: 'packageFiles' });
		expect(pathsOf(items)).toEqual(PATHS);
		expect(items.map(({ binary }) => binary?.data?.mimeType)).toEqual(TYPES);
		expect(items.map(({ binary }) => binary?.data?.fileName)).toEqual(PATHS.map((path) => path.split('/').at(-1)));
		expect(items[1]?.json).toEqual({
			id: demo.taskId,
			job_id: demo.jobId,
			workflow_id: demo.workflowId,
			status: 'ready',
			file: { path: 'rasters/ndvi.tif', name: 'ndvi.tif', size: expect.any(Number), modified: '2025-05-01T12:00:00' },
		});
		await expectExactFiles(at, items, await unpackedBy(at));
	});

	test('are those that the patterns want, and nothing else travels', async () => {
		const items = await at.download({ output: 'packageFiles', files: '*.PNG, statistics.json' });
		expect(pathsOf(items)).toEqual(['quicklook.png', 'statistics.json']);
		await expectExactFiles(at, items, await unpackedBy(at));
	});

	test('of one kind too large for memory or not, are what they were', async () => {
		const file = (method: 'stored' | 'deflated'): ArchiveFile => ({ path: `${method}.tif`, size: 9 * MIB + 1, method });
		await at.sandbox.configurePackage(demo.taskId, { archive: { files: [file('stored'), file('deflated'), { path: 'empty.txt', size: 0 }] } });
		const items = await at.download({ output: 'packageFiles' });
		expect(pathsOf(items)).toEqual(['stored.tif', 'deflated.tif', 'empty.txt']);
		await expectExactFiles(at, items, await unpackedBy(at));
	});

	test('go where the user wants them, each paired to its input item', async () => {
		const { download, items } = oneTaskEach([demo, second]);
		const found = await at.download({ ...download, output: 'packageFiles', files: '*.json', outputPropertyName: 'report' }, { items });
		expect(found.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(found.map(({ binary }) => Object.keys(binary ?? {}))).toEqual([['report'], ['report']]);
		expect(found.map(({ json }) => json.id)).toEqual([demo.taskId, second.taskId]);
	});

	test('that are damaged are named, and none is handed on', async () => {
		const files: ArchiveFile[] = [{ path: 'a/good.bin', size: MIB, method: 'stored' }, { path: 'a/bad.bin', size: 4 * MIB, method: 'stored' }];
		await at.sandbox.configurePackage(demo.taskId, { archive: { files } });
		await at.sandbox.addFaults(demo.taskId, { corruptAt: 3 * MIB });
		const { message, description } = await at.refusal({ output: 'packageFiles' });
		expect(message).toBe('"a/bad.bin" in the package does not have the checksum that it is said to have');
		expect(description).toMatch(/Run the node again/);
	});
});

describe('the list of files in the package', () => {
	const at = Sandboxed.forTests();

	test('is the same items without the files: nothing but the directory is fetched', async () => {
		const items = await at.download({ output: 'packageList' });
		expect(pathsOf(items)).toEqual(PATHS);
		expect(items.every(({ binary }) => binary === undefined)).toBe(true);
		const originals = await unpackedBy(at);
		expect(factsOf(items).map(({ size }) => size)).toEqual(PATHS.map((path) => originals.get(path)?.length));
		expect(items.every(({ json }) => !('signed_url' in json))).toBe(true);
	});

	test('says of each item first what differs, whatever else Pixxel answers', async () => {
		const body = { id: 'x', status: 'ready', file: 'its own', signed_url: await at.sandbox.signUrl(demo.taskId) };
		await at.sandbox.script({ method: 'PUT' }, { body });
		const [item] = await at.download({ output: 'packageList', files: '*.png' });
		expect(Object.entries(item?.json ?? {})).toEqual([['file', expect.objectContaining({ path: 'quicklook.png' })], ['id', 'x'], ['status', 'ready']]);
	});

	test('gives paths that a later node fetches by expression', async () => {
		const list = await at.download({ output: 'packageList', files: 'rasters/*' });
		const again = await at.download({ output: 'packageFiles', files: '={{ $json.file.path }}' }, { items: list });
		expect(pathsOf(again)).toEqual(['rasters/bands.tif', 'rasters/ndvi.tif']);
	});

	test('may have a hundred thousand entries, and comes by two requests', async () => {
		await at.sandbox.configurePackage(demo.taskId, { archive: { files: [{ path: 'tiles/{n}.png', size: 1, count: 100_000 }] } });
		const items = await at.download({ output: 'packageList', files: '**/9999?.png' });
		expect(pathsOf(items)).toEqual(Array.from({ length: 10 }, (_, digit) => `tiles/9999${digit}.png`));
		expect(await at.gets()).toHaveLength(2);
	});
});

describe('of a large package, only what is wanted travels', () => {
	const at = Sandboxed.forTests();
	const large: PackageSettings = {
		archive: {
			files: [
				{ path: 'scene-1.tif', size: 3 * GIB, method: 'stored' },
				{ path: 'quicklook.png', size: 20_000, method: 'stored' },
				{ path: 'scene-2.tif', size: 5 * GIB, method: 'stored' },
				{ path: 'report.json', size: 20_000 },
			],
			comment: 'made for a test',
		},
	};

	test.each(['quicklook.png', 'report.json'])('%s of more than 8 GiB: at most 3 requests and 200 kB', async (files) => {
		await at.sandbox.configurePackage(demo.taskId, large);
		const [item, ...more] = await at.download({ output: 'packageFiles', files });
		expect(more).toEqual([]);
		expect((await at.engine.bytes(item?.binary?.data)).length).toBe(20_000);
		expect((await at.gets()).length).toBeLessThanOrEqual(3);
		expect(await at.bytesSent()).toBeLessThanOrEqual(200_000);
	});

	test.each([true, false])('all of a small package comes with the first answer, be storage one that knows ranges or not: %j', async (ranges) => {
		const files: ArchiveFile[] = [{ path: 'report.json', size: 5_000, method: 'stored' }, { path: 'notes.txt', size: 3_000 }];
		await at.sandbox.configurePackage(demo.taskId, { archive: { files }, ranges });
		const items = await at.download({ output: 'packageFiles' });
		for (const [index, { path }] of files.entries()) {
			expect(await at.fingerprint(items[index]?.binary?.data)).toEqual(await at.sandbox.packedFile(demo.taskId, path));
		}
		expect(await at.gets()).toHaveLength(1);
	});

	test('a thousand small files beside each other come by few requests, and leave nothing open', async () => {
		await at.sandbox.configurePackage(demo.taskId, { archive: { files: [{ path: 'tiles/{n}.png', size: 3_000, count: 1_000 }] } });
		const handles = () => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);
		const before = handles();
		const items = await at.download({ output: 'packageFiles' });
		expect(items).toHaveLength(1_000);
		expect((await at.gets()).length).toBeLessThanOrEqual(4);
		await at.expectNoSockets(15_000);
		await until('no file handle more than before', async () => handles() <= before);
	});

	test('files far from each other come over several connections, in their order', async () => {
		const gap = { path: 'gap-{n}', size: 2 * MIB, method: 'stored' as const };
		const files = Array.from({ length: 24 }, (_, n) => [{ path: `wanted-${n}`, size: 5_000 }, { ...gap, path: `gap-${n}` }]).flat();
		await at.sandbox.configurePackage(demo.taskId, { archive: { files }, latencyMs: 60 });
		const items = await at.download({ output: 'packageFiles', files: 'wanted-*' });
		expect(pathsOf(items)).toEqual(Array.from({ length: 24 }, (_, n) => `wanted-${n}`));
		expect((await at.sandbox.state()).mostStorageRequestsInFlight).toBeGreaterThan(4);
		expect(await at.bytesSent()).toBeLessThan(24 * 100_000);
	});
});

describe('whatever the line does, the exact files arrive', () => {
	const at = Sandboxed.forTests();
	const archive = { files: [{ path: 'a.tif', size: 6 * MIB, method: 'stored' as const }, { path: 'b.tif', size: 6 * MIB }] };

	test.each([
		['cut in the tail', [{ cutAfter: 10_000 }]],
		['cut in a file', [{ cutAt: 2 * MIB }, { cutAt: 5 * MIB }]],
		['refused and reset', [{ status: 503 }, { pass: true }, { reset: true }, { status: 500 }]],
		['an expired link', [{ pass: true }, { expire: true }]],
		['an expired link at once', [{ expire: true }]],
		['another part than the one asked for', [{ pass: true }, { otherBytes: true }]],
	] as Array<[string, StorageFault[]]>)('%s', async (_name, faults) => {
		await at.sandbox.configurePackage(demo.taskId, { archive });
		const originals = await unpackedBy(at);
		await at.sandbox.addFaults(demo.taskId, faults);
		const items = await at.download({ output: 'packageFiles' });
		expect(pathsOf(items)).toEqual(['a.tif', 'b.tif']);
		await expectExactFiles(at, items, originals);
		await at.expectFaultsMet();
	});
});

describe('what n8n does not keep all of, though it says nothing,', () => {
	const at = Sandboxed.forTests();

	test.each([
		['file', false, /^Only \d+ of the package's 4\d+ bytes could be stored$/],
		['file', true, /^Only \d+ of the package's 4\d+ bytes could be stored$/],
		['packageFiles', false, /^Not all of the 6291456 bytes of "a.tif" could be stored$/],
		['packageFiles', true, /^Not all of the 6291456 bytes of "a.tif" could be stored$/],
	])('is not handed on (output %s, closed: %j)', async (output, closes, message) => {
		await at.sandbox.configurePackage(demo.taskId, { archive: { files: [{ path: 'a.tif', size: 6 * MIB }] } });
		const { files } = at.engine;
		const store = files.store.bind(files);
		jest.spyOn(files, 'store').mockImplementationOnce(async (place, bytes, binary) => {
			for await (const first of (bytes as Readable).iterator({ destroyOnReturn: closes })) return await store(place, first as Buffer, binary);
			throw new Error('nothing came');
		});
		expect((await at.refusal({ output })).message).toMatch(message);
		await at.expectNoSockets(15_000);
	});
});

describe('what cannot be unpacked is said, with the way out', () => {
	const at = Sandboxed.forTests();

	test.each([
		['no ZIP', { size: 300_000 }, {}, 'The package is not a ZIP archive'],
		['nothing', { size: 0 }, {}, 'The package is not a ZIP archive'],
		['storage without ranges', { archive: { files: [{ path: 'a', size: MIB, method: 'stored' }] }, ranges: false }, {}, 'Single files cannot be fetched: this storage serves whole packages only'],
		['storage without lengths', { archive: { files: [{ path: 'a', size: MIB, method: 'stored' }] }, ranges: false, announceLength: false }, {}, 'Single files cannot be fetched: this storage serves whole packages only'],
		['no file', { archive: { files: [{ path: 'folder/', size: 0 }] } }, {}, 'The package holds no files'],
		['no such file', {}, { files: '*.jpg' }, 'No file in the package matches "*.jpg"'],
		['an expression that finds nothing', {}, { files: '={{ $json.nothing }}' }, 'The expression in "Files" found nothing for this item'],
		['expressions that find nothing', {}, { files: '={{ $json.nothing }}, {{ $json.neither }}' }, 'The expression in "Files" found nothing for this item'],
		['nothing but blanks', {}, { files: ' \n' }, 'The expression in "Files" found nothing for this item'],
		['a list of patterns', {}, { files: '={{ ["*.tif"] }}' }, '"Files" is not text'],
	] as Array<[string, PackageSettings, { files?: string }, string]>)('%s', async (_name, settings, choice, message) => {
		await at.sandbox.configurePackage(demo.taskId, settings);
		const shown = await at.refusal({ output: 'packageFiles', ...choice });
		expect(shown.message).toBe(message);
		expect(shown.description).toMatch(/"File"|Files|Aurora|pattern/);
		await at.expectNoSockets(15_000);
	});

	test.each(['={{ $json.nothing }}', '={{ $json.nothing }}/', '={{ $json.nothing }}, {{ $json.neither }}', ' '])('of the files "%s", before Pixxel is asked for anything', async (files) => {
		await at.refusal({ output: 'packageFiles', files });
		expect(await at.puts()).toEqual([]);
	});
});
