import { buffer } from 'node:stream/consumers';
import { types } from 'node:util';
import type { INodeExecutionData } from 'n8n-workflow';
import { Failure } from '../../nodes/Pixxel/errors/Failure.ts';
import { clock } from '../../nodes/Pixxel/retry/clock.ts';
import { transferParts } from '../../nodes/Pixxel/transfer/transferParts.ts';
import fc, { draws } from '../drawn.mts';
import { type ArchiveFile, known, type PackageSettings, type RecordedRequest, type StorageFault } from '../sandbox/client.mts';
import { plainStorage } from './plainStorage.mts';
import { type Download, mostAtOnce, Sandboxed } from './sandboxed.mts';

const { taskId } = known.demo;
const MIB = 1024 * 1024;
const at = Sandboxed.forTests();

/** Large enough to be unpacked at the same time. */
const FILES: ArchiveFile[] = Array.from({ length: 6 }, (_, n) => ({
	path: `band-${n}.tif`,
	size: 12 * MIB + n,
	method: n % 2 === 0 ? 'deflated' : 'stored',
}));
const archive = { files: FILES };

const download = async (choices: Download = {}) => await at.download({ output: 'packageFiles', ...choices });
const mostInFlight = async () => (await at.sandbox.state()).mostStorageRequestsInFlight;

/** Expects the files that the package has now, in its order. */
async function expectExact(items: INodeExecutionData[], files = FILES): Promise<void> {
	expect(items.map(({ json }) => (json.file as { path: string }).path)).toEqual(files.map(({ path }) => path));
	for (const [index, { path }] of files.entries()) {
		expect(await at.fingerprint(items[index]?.binary?.data)).toEqual(await at.sandbox.packedFile(taskId, path));
	}
}

test('large files come at the same time, each over a connection of its own, and nothing travels twice', async () => {
	await at.sandbox.configurePackage(taskId, { archive, latencyMs: 50 });
	await expectExact(await download());
	expect(await mostInFlight()).toBeGreaterThan(3);
	const { size } = await at.sandbox.packageInfo(taskId);
	// A connection that leaves its rest to others has sent some of it already.
	expect(await at.bytesSent()).toBeLessThan(1.5 * size);
	await at.expectNoSockets(15_000);
});

test.each<[number, PackageSettings]>([
	[1, {}],
	[2, {}],
	[16, { connectionCap: 2 }],
])('with %i connections, and %j of storage, no more are used than there may be', async (connections, settings) => {
	// Who waits for one of two connections waits for bytes to come over them.
	if (settings.connectionCap) at.clock.pauseSpeed = 10;
	await at.sandbox.configurePackage(taskId, { archive, latencyMs: 50, ...settings });
	await expectExact(await download({ options: { connections } }));
	expect((await at.gets()).filter(({ status }) => status === 206).length).toBeGreaterThan(1);
	if (!settings.connectionCap) expect(await mostInFlight()).toBe(connections);
});

test('who begins later gets connections of who read alone until then', async () => {
	await at.sandbox.configurePackage(taskId, { size: 45e6, bytesPerSecond: 4e6, latencyMs: 50 });
	const storage = plainStorage(async () => await at.sandbox.signUrl(taskId), 1);
	const options = { connections: 4, signal: new AbortController().signal };
	const inFlight: number[] = [];
	await transferParts(storage, await at.sandbox.signUrl(taskId), options, 1_000, async ({ read }) => {
		const other = read([{ start: 30e6, end: 45e6 }]);
		let readOther: Promise<unknown> | undefined;
		let bytes = 0;
		for await (const chunk of read([{ start: 0, end: 30e6 }])) {
			bytes += chunk.length;
			if (bytes > 10e6) readOther ??= buffer(other);
			if (bytes > 12e6) inFlight.push((await at.sandbox.state()).storageRequestsInFlight);
		}
		expect(await readOther).toHaveLength(15e6);
	});
	// The first connection of who begins comes before the last one of who gives it back has gone.
	expect(Math.max(...inFlight)).toBeLessThanOrEqual(5);
});

test('where one of them fails, nobody waits for a link that another one needs', async () => {
	await at.sandbox.configurePackage(taskId, { size: 20e6 });
	await at.sandbox.addFaults(taskId, [{ pass: true }, { expire: true }]);
	let failNow = () => {};
	const renewing = async (signal: AbortSignal) => {
		failNow();
		return await clock.pause(600_000, signal).then(() => '');
	};
	const options = { connections: 4, signal: new AbortController().signal };
	const run = transferParts(plainStorage(renewing, 1), await at.sandbox.signUrl(taskId), options, 1_000, async ({ read, runConcurrently: together }) => {
		const failing = new Promise<void>((_resolve, reject) => (failNow = () => reject(new Failure('A flaw', 'Look at it.'))));
		await together([async () => async () => void (await buffer(read([{ start: 0, end: 1e6 }]))), async () => async () => await failing]);
	});
	await expect(run).rejects.toThrow('A flaw');
});

test('a file that takes longer than all others gets their connections once they are done', async () => {
	const files: ArchiveFile[] = [{ path: 'large.tif', size: 96 * MIB, method: 'stored' }, { path: 'small-{n}.tif', size: 8 * MIB, method: 'stored', count: 4 }];
	await at.sandbox.configurePackage(taskId, { archive: { files }, line: { roundTripMs: 20, bytesPerSecond: 8e6 } });
	const items = await download();
	expect(items).toHaveLength(5);
	const firstByte = ({ headers: { range = '' } }: RecordedRequest) => Number(/^bytes=(\d+)-/.exec(range)?.[1]);
	expect(mostAtOnce((await at.gets()).filter((request) => firstByte(request) < 96 * MIB))).toBeGreaterThan(3);
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
	await at.expectNoSockets(15_000);
});

test('where one of them is damaged, it is named, and the others end at once', async () => {
	const files: ArchiveFile[] = [{ path: 'small.tif', size: 100_000, method: 'stored' }, ...FILES];
	await at.sandbox.configurePackage(taskId, { archive: { files }, bytesPerSecond: 1e6 });
	await at.sandbox.addFaults(taskId, { corruptAt: 50_000 });
	const { message } = await at.refusal({ output: 'packageFiles' });
	expect(message).toBe('"small.tif" in the package does not have the checksum that it is said to have');
	expect(await at.bytesSent()).toBeLessThan((await at.sandbox.packageInfo(taskId)).size / 2);
	await at.expectNoSockets(15_000);
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
	let exact = 0;
	await fc.assert(
		fc.asyncProperty(draw, async ({ files: drawn, faults, connections }) => {
			const files = drawn.map((each, n) => ({ ...each, path: `${n}.tif` }));
			await at.sandbox.reset();
			await at.sandbox.configurePackage(taskId, { archive: { files }, latencyMs: 5 });
			await at.sandbox.addFaults(taskId, faults);
			const got = await download({ options: { connections } }).catch((cause: Error) => cause);
			if (types.isNativeError(got)) {
				expect(faults.some((each) => 'corruptAt' in each)).toBe(true);
				expect(got.message).toMatch(/in the package|list of files/);
				return;
			}
			await expectExact(got, files);
			exact++;
		}),
		draws(6, 200),
	);
	expect(exact).toBeGreaterThan(1);
});
