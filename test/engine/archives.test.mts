import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { types } from 'node:util';
import type { INodeExecutionData } from 'n8n-workflow';
import fc, { draws } from '../drawn.mts';
import { known, type StorageFault } from '../sandbox/client.mts';
import { archiveBy, needArchivers, noise, type Tree, writers } from '../unit/zip/archives.mts';
import { putTogether, takeApart } from '../unit/zip/parts.mts';
import { type Download, Sandboxed, sha256 } from './sandboxed.mts';

const { taskId } = known.demo;
const KIB = 1024;

const at = Sandboxed.forTests();
let folder: string;

beforeAll(() => {
	needArchivers();
	folder = mkdtempSync(join(tmpdir(), 'pixxel-archives-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Has the sandbox serve archives that others have made: each replacement of the package serves the next. */
async function serve(archives: Buffer[], faults: StorageFault[] = []): Promise<void> {
	const versions = archives.map((archive, index) => {
		const file = join(folder, `${sha256(archive)}-${index}.zip`);
		writeFileSync(file, archive);
		return file;
	});
	await at.sandbox.reset();
	await at.sandbox.configurePackage(taskId, { versions });
	await at.sandbox.addFaults(taskId, faults);
}

async function contents(items: INodeExecutionData[]): Promise<Record<string, string>> {
	const entries = items.map(async ({ json, binary }) => [(json.file as { path: string }).path, sha256(await at.engine.bytes(binary?.data))]);
	return Object.fromEntries(await Promise.all(entries));
}

const download = async (choices: Download = {}) => await contents(await at.download({ output: 'packageFiles', ...choices }));

const digests = (tree: Tree, wants: (path: string) => boolean = () => true) =>
	Object.fromEntries(Object.entries(tree).filter(([path]) => wants(path)).map(([path, bytes]) => [path, sha256(bytes)]));

const TREE: Tree = {
	'rasters/bands.tif': noise(1_500 * KIB),
	'rasters/flat.tif': Buffer.alloc(2_000 * KIB, 'flat'),
	'statistics.json': Buffer.from('{"mean": 0.4}'),
	'empty.txt': Buffer.alloc(0),
	'quicklook.png': noise(20 * KIB),
};

test.each(writers)('the files of an archive made by %s arrive as they were', async (writer) => {
	await serve([await archiveBy(writer, TREE)]);
	expect(await download()).toEqual(digests(TREE));
});

test.each([1, 16])('the files of an archive that is wrong about nearly everything arrive as they were, over %i connections', async (connections) => {
	const parts = takeApart(await archiveBy('fflate', TREE));
	for (const file of parts.files) {
		file.data = Buffer.concat([file.data, noise(5_000)]);
		file.central.writeUInt32LE(file.data.length, 20);
		file.local.fill(0, 14, 26);
	}
	const archive = putTogether({ ...parts, before: noise(300), behind: noise(20_000) });
	await serve([archive]);
	// What is not compressed has no end of its own.
	const wants = (path: string) => TREE[path]?.length !== 0;
	expect(await download({ files: '*.tif, *.json, *.png', options: { connections } })).toEqual(digests(TREE, wants));
	await at.expectNoSockets(15_000);
});

const replaced = (name: string): Tree => ({ ...TREE, 'rasters/bands.tif': noise(1_500 * KIB, name) });

test.each<[string, StorageFault[], Tree]>([
	['before the first file', [{ replace: true }], { ...replaced('a'), 'new.txt': Buffer.from('new') }],
	['in the middle of one', [{ cutAt: 1_400 * KIB }, { replace: true }], { ...replaced('b'), 'new.txt': Buffer.from('new') }],
	['between two, by one of the same size', [{ cutAt: 1_500 * KIB + 100 }, { replaceSameSize: true }], replaced('c')],
	['by a smaller one', [{ cutAt: 1_400 * KIB }, { replaceSmaller: true }], { 'statistics.json': Buffer.from('{}') }],
])('of two versions, the files of the newer one arrive, where the package is replaced %s', async (_when, faults, newer) => {
	// The first request is for the directory.
	await serve([await archiveBy('yazl', TREE), await archiveBy('yazl', newer)], [{ pass: true }, ...faults]);
	expect(await download()).toEqual(digests(newer));
	await at.expectFaultsMet();
});

test('whatever the trees, the writer, the patterns and the faults: the exact files of one version, or a named failure', async () => {
	const path = fc.stringMatching(/^([a-c]{1,2}\/){0,2}[a-z]{1,5}\.(tif|json|png)$/);
	const content = fc.oneof(
		fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
		fc.tuple(fc.integer({ min: 0, max: 400_000 }), fc.string()).map(([size, name]) => noise(size, name)),
		fc.integer({ min: 0, max: 900_000 }).map((size) => Buffer.alloc(size, 'raster')),
	);
	const tree = fc.dictionary(path, content, { minKeys: 1, maxKeys: 8 });
	const fault = fc.oneof(
		fc.integer({ min: 0, max: 400_000 }).map((cutAt) => ({ cutAt })),
		fc.integer({ min: 0, max: 100_000 }).map((cutAfter) => ({ cutAfter })),
		fc.integer({ min: 0, max: 400_000 }).map((corruptAt) => ({ corruptAt })),
		fc.constantFrom<StorageFault>(
			{ reset: true },
			{ expire: true },
			{ status: 500 },
			{ otherBytes: true },
			{ wrongContentRange: true },
			{ replace: true },
		),
	);
	const draw = fc.record({
		tree,
		newer: tree,
		writer: fc.constantFrom('fflate' as const, 'yazl' as const, 'yazl, with ZIP64 forced' as const),
		pattern: fc.constantFrom(
			{ files: '', wants: () => true },
			{ files: '*.tif, *.PNG', wants: (path: string) => /\.(tif|png)$/.test(path) },
			{ files: 'a/**', wants: (path: string) => path.startsWith('a/') },
			{ files: '**/*.json', wants: (path: string) => path.endsWith('.json') },
		),
		faults: fc.array(fault as fc.Arbitrary<StorageFault>, { maxLength: 3 }),
	});
	const came = { exact: 0, newer: 0 };
	await fc.assert(
		fc.asyncProperty(draw, async ({ tree, newer, writer, pattern: { files, wants }, faults }) => {
			const isReplaced = faults.some((each) => 'replace' in each);
			const isCorrupt = faults.some((each) => 'corruptAt' in each);
			const versions = isReplaced ? [tree, newer] : [tree];
			await serve(await Promise.all(versions.map(async (each) => await archiveBy(writer, each))), faults);
			const got = await download({ files }).catch((cause: Error) => cause);
			const wanted = versions.map((each) => digests(each, wants));
			if (types.isNativeError(got)) {
				const nothingThere = wanted.some((each) => Object.keys(each).length === 0);
				expect(got.message).toMatch(nothingThere && !isCorrupt ? /^No file in the package matches/ : /package/);
				expect(nothingThere || isCorrupt).toBe(true);
				return;
			}
			expect(wanted).toContainEqual(got);
			came.exact++;
			if (isReplaced && Object.keys(got)[0] !== Object.keys(wanted[0] ?? {})[0]) came.newer++;
		}),
		draws(12, 400),
	);
	expect(came.exact).toBeGreaterThan(2);
});
