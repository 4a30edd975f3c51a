import { known, type PackageSettings, type StorageFault } from '../sandbox/client.mts';
import { outside } from './outside/outside.mts';
import { Sandboxed } from './sandboxed.mts';

const { taskId } = known.demo;
const MIB = 1024 * 1024;
const SIZE = 48 * MIB;
/** So slow that more connections pay: about five seconds over one connection. */
const slow = { size: SIZE, bytesPerSecond: 10e6 };

/** The first GET asks for everything, and others are opened beside it: faults for others come after it. */
const first: StorageFault = { pass: true };

const at = Sandboxed.forTests();

async function fetchSlowly(faults: StorageFault[] = [], settings: PackageSettings = {}, connections = 8) {
	await at.sandbox.configurePackage(taskId, { ...slow, ...settings });
	await at.sandbox.addFaults(taskId, faults);
	// The first time, a digest takes storage so long that it seems to be far away.
	await at.original();
	const items = await at.download({ options: { connections } });
	await at.expectExact(items);
	const { mostStorageRequestsInFlight: most } = await at.sandbox.state();
	return { most, puts: (await at.puts()).length, bytesSent: await at.bytesSent() };
}

/** The same, over several connections: a closed one and the one that follows it may be two. */
async function fetchOverSeveral(faults: StorageFault[], settings: PackageSettings = {}) {
	const course = await fetchSlowly(faults, settings);
	expect(course.most).toBeGreaterThan(2);
	return course;
}

test('a clock that is set back, again and again, changes nothing', async () => {
	const [now, since] = [Date.now, Date.now()];
	const clock = jest.spyOn(outside.Date, 'now').mockImplementation(() => 2 * since - now());
	await fetchOverSeveral([first], { latencyMs: 20 }).finally(() => clock.mockRestore());
});

describe('storage that is slow for each connection', () => {
	test('is asked over as many connections as the user allows', async () => {
		const { most, bytesSent } = await fetchSlowly([], { size: 64 * MIB, bytesPerSecond: 14e6 }, 4);
		// Storage may hear of a closed connection only after the one that follows it has come.
		expect([4, 5]).toContain(most);
		// What the first connection had on its way when others were opened.
		expect(bytesSent).toBeLessThan((64 + 12) * MIB);
		await at.expectNoSockets(15_000);
	});

	test.each<[string, PackageSettings, number]>([
		['the user wants no more', { size: 20 * MIB }, 1],
		['it knows no ranges', { size: 20 * MIB, ranges: false }, 8],
	])('is asked over one connection where %s', async (_name, settings, connections) => {
		expect((await fetchSlowly([], settings, connections)).most).toBe(1);
	});
});

describe('over several connections the exact bytes arrive', () => {
	test.each<[string, StorageFault[], PackageSettings?]>([
		['storage has trouble in the middle', [{ status: 503, times: 2 }, { reset: true }, { status: 500 }]],
		['storage answers with other parts', [{ wrongContentRange: true }, { noContentRange: true }, { otherBytes: true }]],
		['storage answers one of them with everything', [{ ignoreRange: true }]],
		['the package is replaced under all of them', [first, { replace: true }]],
		['it is replaced by one of the same size', [first, { replaceSameSize: true }]],
		['there is a digest to match', [{ cutAt: 40 * MIB }], { digests: ['x-amz-checksum-sha256'] }],
	])('when %s', async (_name, faults, settings = {}) => {
		await fetchOverSeveral([first, ...faults], settings);
	});

	test('when they are cut, and little is fetched twice', async () => {
		const offsets = [14, 17, 18, 20, 22, 30, 33, 34, 40, 47];
		const { bytesSent } = await fetchOverSeveral([first, ...offsets.map((mib) => ({ cutAt: mib * MIB }))]);
		expect(bytesSent).toBeLessThan(SIZE + 8 * MIB);
	});

	test('when the URL expires under all of them, with one fresh one', async () => {
		expect((await fetchOverSeveral([first, { expire: true }])).puts).toBe(2);
	});

	test('when storage refuses more connections than two', async () => {
		at.clock.pauseSpeed = 10;
		await fetchOverSeveral([], { connectionCap: 2 });
	});
});

test('over several connections, wrong bytes are found out by the digest that storage announces', async () => {
	const wrong = fetchOverSeveral([first, { corruptAt: 40 * MIB }], { digests: ['x-amz-checksum-sha256'] });
	await expect(wrong).rejects.toThrow('The package does not match the SHA256 digest that storage announces');
	expect((await at.sandbox.state()).mostStorageRequestsInFlight).toBeGreaterThan(2);
});
