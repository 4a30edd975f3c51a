import { known, type PackageSettings, type StorageFault } from '../sandbox/client.mts';
import { Sandboxed } from './sandboxed.mts';

const { taskId } = known.demo;
const MIB = 1024 * 1024;
const SIZE = 48 * MIB;
/** So slow that company pays: about five seconds over one connection. */
const slow = { size: SIZE, bytesPerSecond: 10e6 };

/** The first GET asks for everything and is given company: faults for others come after it. */
const first: StorageFault = { pass: true };

const at = Sandboxed.forTests();

async function fetchSlowly(faults: StorageFault[] = [], settings: PackageSettings = {}, connections = 8) {
	await at.sandbox.configurePackage(taskId, { ...slow, ...settings });
	await at.sandbox.addFaults(taskId, faults);
	// The first time, a digest takes storage so long that it seems to be far away.
	await at.original();
	const startedAt = Date.now();
	const items = await at.download({ options: { connections } });
	const seconds = (Date.now() - startedAt) / 1_000;
	await at.expectExact(items);
	const { mostStorageRequestsInFlight: most } = await at.sandbox.state();
	return { seconds, most, puts: (await at.puts()).length, bytesSent: await at.bytesSent() };
}

/** The same, over several connections: a closed one and the one that follows it may be two. */
async function fetchOverSeveral(faults: StorageFault[], settings: PackageSettings = {}) {
	const course = await fetchSlowly(faults, settings);
	expect(course.most).toBeGreaterThan(2);
	return course;
}

describe('storage that is slow for each connection', () => {
	test('is asked over as many connections as the user allows, and is faster for it', async () => {
		const { seconds, most, bytesSent } = await fetchSlowly([], { size: 64 * MIB, bytesPerSecond: 14e6 }, 4);
		// Storage may hear of a closed connection only after the one that follows it has come.
		expect([4, 5]).toContain(most);
		expect(seconds).toBeLessThan(3.5);
		// What the first connection had on its way when it was given company.
		expect(bytesSent).toBeLessThan((64 + 12) * MIB);
		await at.expectNoSockets(2_000);
	});

	test('is asked over one where the user wants no more', async () => {
		expect((await fetchSlowly([], { size: 20 * MIB }, 1)).most).toBe(1);
	});

	test('is asked over one where it knows no ranges', async () => {
		expect((await fetchSlowly([], { size: 20 * MIB, ranges: false })).most).toBe(1);
	});
});

describe('storage that is fast', () => {
	test('is asked over one connection', async () => {
		expect((await fetchSlowly([], { bytesPerSecond: undefined })).most).toBe(1);
	});
});

describe('over several connections the exact bytes arrive', () => {
	test('when they are cut', async () => {
		const offsets = [14, 17, 18, 20, 22, 30, 33, 34, 40, 47];
		const { bytesSent } = await fetchOverSeveral([first, ...offsets.map((mib) => ({ cutAt: mib * MIB }))]);
		expect(bytesSent).toBeLessThan(SIZE + 8 * MIB);
	});

	test('when storage has trouble in the middle', async () => {
		await fetchOverSeveral([
			first,
			{ status: 503, times: 2 },
			{ reset: true },
			{ status: 500 },
			{ wrongContentRange: true },
			{ noContentRange: true },
			{ otherBytes: true },
		]);
	});

	test('when the URL expires under all of them, with one fresh one', async () => {
		const { puts } = await fetchOverSeveral([first, { expire: true }]);
		expect(puts).toBe(2);
	});

	test.each([{ replace: true }, { replaceSameSize: true }] as StorageFault[])(
		'when the package is replaced under all of them: %j',
		async (fault) => {
			await fetchOverSeveral([first, first, fault]);
		},
	);

	test('when storage answers one of them with everything', async () => {
		await fetchOverSeveral([first, { ignoreRange: true }]);
	});

	test('when storage refuses more connections than two', async () => {
		await fetchOverSeveral([], { connectionCap: 2 });
	});

	test('with a digest to match', async () => {
		await fetchOverSeveral([first, { cutAt: 40 * MIB }], { digests: ['x-amz-checksum-sha256'] });
	});
});

describe('over several connections wrong bytes are found out', () => {
	test('by the digest that storage announces', async () => {
		const wrong = fetchOverSeveral([first, { corruptAt: 40 * MIB }], { digests: ['x-amz-checksum-sha256'] });
		await expect(wrong).rejects.toThrow('The package does not match the SHA256 digest that storage announces');
		expect((await at.sandbox.state()).mostStorageRequestsInFlight).toBeGreaterThan(2);
	});
});
