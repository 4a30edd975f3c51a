import type { INodeExecutionData } from 'n8n-workflow';
import fc from '../drawn.mts';
import { type ArchiveFile, known, type PackageSettings, type StorageFault } from '../sandbox/client.mts';
import { type Download, Sandboxed } from './sandboxed.mts';

const { taskId } = known.demo;
const MIB = 1024 * 1024;
const at = Sandboxed.forTests();
const inMemory = Sandboxed.forTests('default');

/** Large enough to be unpacked at the same time. */
const FILES: ArchiveFile[] = Array.from({ length: 6 }, (_, n) => ({
	path: `band-${n}.tif`,
	size: 12 * MIB + n,
	method: n % 2 === 0 ? 'deflated' : 'stored',
}));
const archive = { files: FILES };

const download = async (choices: Download = {}) => await at.download({ output: 'packageFiles', ...choices });
const mostAtOnce = async () => (await at.sandbox.state()).mostStorageRequestsInFlight;

/** Expects the files that the package has now, in its order. */
async function expectExact(items: INodeExecutionData[], files = FILES, of = at): Promise<void> {
	expect(items.map(({ json }) => (json.file as { path: string }).path)).toEqual(files.map(({ path }) => path));
	for (const [index, { path }] of files.entries()) {
		expect(await of.fingerprint(items[index]?.binary?.data)).toEqual(await of.sandbox.packedFile(taskId, path));
	}
}

test('large files come at the same time, each over a connection of its own, and nothing travels twice', async () => {
	await at.sandbox.configurePackage(taskId, { archive, latencyMs: 50 });
	await expectExact(await download());
	expect(await mostAtOnce()).toBeGreaterThan(3);
	const { size } = await at.sandbox.packageInfo(taskId);
	// A connection that leaves its rest to others has sent some of it already.
	expect(await at.bytesSent()).toBeLessThan(1.5 * size);
	await at.expectNoSockets(2_000);
});

test('so they do where n8n keeps them in memory, and may have to wait for each other', async () => {
	const files = FILES.map((file) => ({ ...file, size: 3 * file.size }));
	await inMemory.sandbox.configurePackage(taskId, { archive: { files } });
	await expectExact(await inMemory.download({ output: 'packageFiles' }), files, inMemory);
});

test.each<[number, PackageSettings]>([
	[1, {}],
	[2, {}],
	[16, { connectionCap: 2 }],
])('with %i connections, and %j of storage, no more are used than there may be', async (connections, settings) => {
	await at.sandbox.configurePackage(taskId, { archive, latencyMs: 50, ...settings });
	await expectExact(await download({ options: { connections } }));
	expect((await at.gets()).filter(({ status }) => status === 206).length).toBeGreaterThan(1);
	if (!settings.connectionCap) expect(await mostAtOnce()).toBe(connections);
});

test('a file that takes longer than all others gets their connections once they are done', async () => {
	const files: ArchiveFile[] = [{ path: 'large.tif', size: 96 * MIB, method: 'stored' }, { path: 'small-{n}.tif', size: 8 * MIB, method: 'stored', count: 4 }];
	await at.sandbox.configurePackage(taskId, { archive: { files }, line: { roundTripMs: 20, bytesPerSecond: 8e6 } });
	const startedAt = Date.now();
	const items = await download();
	expect(items).toHaveLength(5);
	// Over a single connection it would take 12.6 s.
	expect(Date.now() - startedAt).toBeLessThan(9_000);
	expect(await at.fingerprint(items[0]?.binary?.data)).toEqual(await at.sandbox.packedFile(taskId, 'large.tif'));
});

test.each<[string, StorageFault[]]>([
	['cut in several files', [{ cutAt: 2 * MIB }, { cutAt: 30 * MIB }, { cutAt: 45 * MIB }]],
	['an expired link', [{ pass: true }, { expire: true }]],
	['refusals', [{ pass: true }, { status: 503, times: 5 }]],
	// One for the directory, six for the files, of which one is cut: what it asks for then is of another version.
	['another package half-way', [{ cutAt: 40 * MIB }, { pass: true, times: 6 }, { replaceSameSize: true }]],
	['a smaller one half-way', [{ cutAt: 20 * MIB }, { pass: true, times: 6 }, { replaceSmaller: true }]],
])('whatever happens to one of them, all are exact, and of one version: %s', async (_name, faults) => {
	await at.sandbox.configurePackage(taskId, { archive, latencyMs: 20 });
	await at.sandbox.addFaults(taskId, faults);
	await expectExact(await download());
	await at.expectFaultsMet();
	await at.expectNoSockets(2_000);
});

test('where one of them is damaged, it is named, and the others end at once', async () => {
	const files: ArchiveFile[] = [{ path: 'small.tif', size: 100_000, method: 'stored' }, ...FILES];
	await at.sandbox.configurePackage(taskId, { archive: { files }, bytesPerSecond: 1e6 });
	await at.sandbox.addFaults(taskId, { corruptAt: 50_000 });
	const startedAt = Date.now();
	const { message } = await at.refusal({ output: 'packageFiles' });
	expect(message).toBe('"small.tif" in the package does not have the checksum that it is said to have');
	// They would take ten seconds more.
	expect(Date.now() - startedAt).toBeLessThan(5_000);
	await at.expectNoSockets(2_000);
});

test('whatever the files and the faults: the exact files of one version, or a file that is named as damaged', async () => {
	const file = fc.record({ size: fc.integer({ min: 0, max: 24 * MIB }), method: fc.constantFrom('stored' as const, 'deflated' as const) });
	const offset = fc.integer({ min: 0, max: 60 * MIB });
	const fault = fc.oneof(
		offset.map((cutAt): StorageFault => ({ cutAt })),
		offset.map((corruptAt): StorageFault => ({ corruptAt })),
		fc.constantFrom<StorageFault>({ reset: true }, { expire: true }, { status: 500 }, { otherBytes: true }, { replaceSameSize: true }, { replaceSmaller: true }),
	);
	const draw = fc.record({ files: fc.array(file, { minLength: 1, maxLength: 7 }), faults: fc.array(fault, { maxLength: 3 }), connections: fc.integer({ min: 1, max: 16 }) });
	const came = { exact: 0, several: 0 };
	await fc.assert(
		fc.asyncProperty(draw, async ({ files: drawn, faults, connections }) => {
			const files = drawn.map((each, n) => ({ ...each, path: `${n}.tif` }));
			await at.sandbox.reset();
			await at.sandbox.configurePackage(taskId, { archive: { files }, latencyMs: 5 });
			await at.sandbox.addFaults(taskId, faults);
			const got = await download({ options: { connections } }).catch((cause: Error) => cause);
			if (got instanceof Error) {
				expect(faults.some((each) => 'corruptAt' in each)).toBe(true);
				expect(got.message).toMatch(/in the package|list of files/);
				return;
			}
			await expectExact(got, files);
			came.exact++;
			if ((await mostAtOnce()) > 2) came.several++;
		}),
		{ numRuns: 25 },
	);
	expect(came.exact).toBeGreaterThan(8);
	expect(came.several).toBeGreaterThan(3);
}, 180_000);
