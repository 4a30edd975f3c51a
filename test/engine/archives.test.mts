import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { INodeExecutionData } from 'n8n-workflow';
import { known, type StorageFault } from '../sandbox/client.mts';
import { needArchivers, type Tree, WRITERS } from '../unit/zip/archives.mts';
import { Sandboxed, sha256 } from './sandboxed.mts';

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
async function serve(...archives: Buffer[]): Promise<void> {
	const versions = archives.map((archive, index) => {
		const file = join(folder, `${sha256(archive)}-${index}.zip`);
		writeFileSync(file, archive);
		return file;
	});
	await at.sandbox.configurePackage(taskId, { versions });
}

const made = async (writer: string, tree: Tree) => Buffer.from(await (WRITERS[writer] as (typeof WRITERS)[string])({ ...tree }));

async function contents(items: INodeExecutionData[]): Promise<Record<string, string>> {
	const entries = items.map(async ({ json, binary }) => {
		const { path } = json.file as { path: string };
		return [path, sha256(await at.engine.bytes(binary?.data))] as const;
	});
	return Object.fromEntries(await Promise.all(entries));
}

const digests = (tree: Tree, wants: (path: string) => boolean = () => true) =>
	Object.fromEntries(Object.entries(tree).filter(([path]) => wants(path)).map(([path, bytes]) => [path, sha256(bytes)]));

const TREE: Tree = {
	'rasters/bands.tif': randomBytes(1_500 * KIB),
	'rasters/flat.tif': Buffer.alloc(2_000 * KIB, 'flat'),
	'statistics.json': Buffer.from('{"mean": 0.4}'),
	'empty.txt': Buffer.alloc(0),
	'quicklook.png': randomBytes(20 * KIB),
};

test.each(Object.keys(WRITERS))('the files of an archive made by %s arrive as they were', async (writer) => {
	await serve(await made(writer, TREE));
	expect(await contents(await at.download({ output: 'packageFiles' }))).toEqual(digests(TREE));
});

test('of two versions, the files of one arrive, whenever the package is replaced', async () => {
	const newer: Tree = { ...TREE, 'rasters/flat.tif': Buffer.alloc(2_000 * KIB, 'other'), 'new.txt': Buffer.from('new') };
	const [first, second] = [await made('yazl', TREE), await made('yazl', newer)];
	for (const faults of [[{ pass: true }, { replace: true }], [{ pass: true }, { cutAt: 1_400 * KIB }, { replace: true }]] as StorageFault[][]) {
		await at.sandbox.reset();
		await serve(first, second);
		await at.sandbox.addFaults(taskId, faults);
		expect(await contents(await at.download({ output: 'packageFiles' }))).toEqual(digests(newer));
	}
});

test('whatever the tree, the writer, the patterns and the faults: the exact files, or a named failure', async () => {
	const path = fc.stringMatching(/^([a-c]{1,2}\/){0,2}[a-z]{1,5}\.(tif|json|png)$/);
	const content = fc.oneof(
		fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
		fc.integer({ min: 0, max: 400_000 }).map((size) => randomBytes(size)),
		fc.integer({ min: 0, max: 900_000 }).map((size) => Buffer.alloc(size, 'raster')),
	);
	const fault = fc.oneof(
		fc.integer({ min: 0, max: 400_000 }).map((cutAt) => ({ cutAt })),
		fc.integer({ min: 0, max: 100_000 }).map((cutAfter) => ({ cutAfter })),
		fc.integer({ min: 0, max: 400_000 }).map((corruptAt) => ({ corruptAt })),
		fc.constantFrom<StorageFault>({ reset: true }, { expire: true }, { status: 500 }, { otherBytes: true }, { wrongContentRange: true }),
	);
	const draw = fc.record({
		tree: fc.dictionary(path, content, { minKeys: 1, maxKeys: 8 }),
		writer: fc.constantFrom('fflate', 'yazl', 'yazl, with ZIP64 forced'),
		pattern: fc.constantFrom(
			{ files: '', wants: () => true },
			{ files: '*.tif, *.PNG', wants: (path: string) => /\.(tif|png)$/.test(path) },
			{ files: 'a/**', wants: (path: string) => path.startsWith('a/') },
			{ files: '**/*.json', wants: (path: string) => path.endsWith('.json') },
		),
		faults: fc.array(fault, { maxLength: 3 }),
	});
	let exact = 0;
	await fc.assert(
		fc.asyncProperty(draw, async ({ tree, writer, pattern: { files, wants }, faults }) => {
			await at.sandbox.reset();
			await serve(await made(writer, tree));
			await at.sandbox.addFaults(taskId, faults as StorageFault[]);
			const got = await at.download({ output: 'packageFiles', files }).catch((cause: Error) => cause);
			const wanted = digests(tree, wants);
			if (got instanceof Error) {
				const nothingThere = Object.keys(wanted).length === 0;
				const isCorrupt = faults.some((each) => 'corruptAt' in each);
				expect(got.message).toMatch(nothingThere && !isCorrupt ? /^No file in the package matches/ : /package/);
				expect(nothingThere || isCorrupt).toBe(true);
				return;
			}
			expect(Object.values(await contents(got)).sort()).toEqual(Object.values(wanted).sort());
			exact++;
		}),
		{ numRuns: 40, seed: 20_261_124 },
	);
	expect(exact).toBeGreaterThan(15);
}, 180_000);
