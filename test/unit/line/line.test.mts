import { AdaptiveConcurrency } from '../../../nodes/Pixxel/transfer/concurrency/AdaptiveConcurrency.ts';
import { MAX_BUFFERED_BYTES } from '../../../nodes/Pixxel/transfer/concurrency/ResourceShare.ts';
import { fitsReadAhead, isWorthParallel, MIN_SEGMENT_BYTES, nextSegmentBytes, segmentBytes } from '../../../nodes/Pixxel/transfer/concurrency/segmentSizing.ts';
import { ThrottleLimit } from '../../../nodes/Pixxel/transfer/concurrency/ThrottleLimit.ts';
import { isFasterInParallel, probeMs } from '../../../nodes/Pixxel/transfer/concurrency/throughputModel.ts';
import { transferPackage } from '../../../nodes/Pixxel/transfer/transferPackage.ts';
import { transferParts } from '../../../nodes/Pixxel/transfer/transferParts.ts';
import fc, { draws } from '../../drawn.mts';
import { type Change, type Line, SimulatedStorage } from './simulatedLine.mts';

const MIB = 1024 * 1024;
/** What two chunks of each connection, and a piece that the reader has just been given, come to. */
const ON_THE_WAY_BYTES = (connections: number) => connections * 384 * 1024 + 2 * MIB;

interface Course {
	seconds: number;
	mostOpen: number;
	refusals: number;
	renewals: number;
	/** The most bytes that had arrived and were not handed on. */
	mostHeld: number;
}

interface Transfer {
	line: Line;
	change?: Change;
	bytes: number;
	connections: number;
	/** Milliseconds that the reader takes for each MiB. */
	readerMs?: number;
	packages?: number;
}

/** Fetches a package, or several of them at once, over a simulated line, in a time of its own. */
async function fetchOver({ line, change, bytes, connections, readerMs = 0, packages = 1 }: Transfer): Promise<Course> {
	const storage = new SimulatedStorage(line, bytes, change);
	const { signal } = new AbortController();
	let delivered = 0;
	let mostHeld = 0;
	const fetchOne = async () =>
		await transferPackage(storage, 'https://storage/', { connections, signal }, async (chunks) => {
			for await (const chunk of chunks) {
				delivered += chunk.length;
				mostHeld = Math.max(mostHeld, storage.received - delivered);
				if (readerMs > 0) await storage.pause((readerMs * chunk.length) / MIB, signal);
			}
		});
	await storage.runUntilDone(Promise.all(Array.from({ length: packages }, fetchOne)));
	expect(delivered).toBe(packages * bytes);
	const { mostOpen, refusals, renewals } = storage;
	return { seconds: storage.now() / 1_000, mostOpen, refusals, renewals, mostHeld };
}

const MB = 1e6;
const REFUSALS = [503, 403, 'a reset', 'a cut'] as const;
const lines: fc.Arbitrary<Line> = fc.record({
	roundTripMs: fc.constantFrom(5, 12, 30, 60, 100, 200, 400),
	bytesPerSecond: fc.constantFrom(1 * MB, 5 * MB, 20 * MB, 60 * MB, 150 * MB),
	sharedBytesPerSecond: fc.option(fc.constantFrom(3 * MB, 20 * MB, 50 * MB, 300 * MB), { nil: undefined }),
	mostConnections: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
	refusedBy: fc.constantFrom(...REFUSALS),
});
const packages = fc.constantFrom(1, 200_000, 3 * MIB, 20 * MIB, 90 * MIB, 250 * MIB);
const connections = fc.integer({ min: 1, max: 16 });
const runs = draws(6, 100);

describe('over whatever line, with a clock of its own', () => {
	test('the package arrives within the connections and the memory that it may have, no later than over one but for what trying others costs', async () => {
		await fc.assert(
			fc.asyncProperty(lines, packages, connections, async (line, bytes, most) => {
				const one = await fetchOver({ line, bytes, connections: 1 });
				const several = await fetchOver({ line, bytes, connections: most });
				expect(several.mostOpen).toBeLessThanOrEqual(most);
				expect(several.mostHeld).toBeLessThanOrEqual(MAX_BUFFERED_BYTES + ON_THE_WAY_BYTES(most));
				// A trial, the look at one connection after it, and storage's refusals in the meantime.
				const trial = (2 * probeMs(line.roundTripMs)) / 1_000;
				expect(several.seconds).toBeLessThanOrEqual(one.seconds * 1.05 + trial);
			}),
			runs,
		);
	});

	test('a line that changes is followed: never much slower than one connection would be', async () => {
		const changes = fc.record({ at: fc.integer({ min: 500, max: 8_000 }), line: lines });
		await fc.assert(
			fc.asyncProperty(lines, changes, connections, async (line, change, most) => {
				const bytes = 250 * MIB;
				const one = await fetchOver({ line, change, bytes, connections: 1 });
				const several = await fetchOver({ line, change, bytes, connections: most });
				const trial = (4 * probeMs(Math.max(line.roundTripMs, change.line.roundTripMs))) / 1_000 + 1;
				expect(several.seconds).toBeLessThanOrEqual(one.seconds * 1.1 + trial);
			}),
			runs,
		);
	});

	test('a reader that is slow is not outrun: memory stays bounded', async () => {
		const line = { roundTripMs: 30, bytesPerSecond: 20 * MB };
		const { mostHeld } = await fetchOver({ line, bytes: 250 * MIB, connections: 16, readerMs: 40 });
		expect(mostHeld).toBeLessThanOrEqual(MAX_BUFFERED_BYTES + ON_THE_WAY_BYTES(16));
	});

	test('a connection is not given up while it is the reader that takes its time', async () => {
		const storage = new SimulatedStorage({ roundTripMs: 100, bytesPerSecond: 20 * MB }, 64 * MIB);
		const { signal } = new AbortController();
		let delivered = 0;
		await storage.runUntilDone(
			transferPackage(storage, 'https://storage/', { connections: 1, signal }, async (chunks) => {
				for await (const { length } of chunks) {
					// Longer than any connection may be silent; all the memory that it may have is full meanwhile.
					if (delivered === 0) await storage.pause(90_000, signal);
					delivered += length;
				}
			}),
		);
		expect([delivered, storage.requests]).toEqual([64 * MIB, 1]);
		expect(storage.now()).toBeGreaterThan(90_000);
	});
});

describe('a line of 20 MB/s a connection', () => {
	const fetchFar = async (roundTripMs: number, more: Partial<Transfer> & Partial<Line> = {}) => {
		const { sharedBytesPerSecond, mostConnections, refusedBy, outage, ...transfer } = more;
		const line = { roundTripMs, bytesPerSecond: 20 * MB, sharedBytesPerSecond, mostConnections, refusedBy, outage };
		return await fetchOver({ line, bytes: 256 * MIB, connections: 16, ...transfer });
	};

	/** Seconds: what `aria2c -x4` takes at 30 and 100 ms; 1.8 times the speed of one stream; one stream. */
	test.each([
		[30, 3.8],
		[100, 4.7],
		[200, 15.2 / 1.8],
		[400, 17.6],
	])('%d ms away: 256 MiB within %d s', async (roundTripMs, seconds) => {
		expect((await fetchFar(roundTripMs)).seconds).toBeLessThanOrEqual(seconds);
	});

	test('is used to nine tenths where it is 50 MB/s in all', async () => {
		const { seconds } = await fetchFar(100, { sharedBytesPerSecond: 50 * MB, bytes: 512 * MIB });
		expect((512 * MIB) / seconds).toBeGreaterThanOrEqual(0.9 * 50 * MB);
	});

	test('is no slower with several connections where they bring nothing', async () => {
		const line = { sharedBytesPerSecond: 5 * MB, bytes: 512 * MIB };
		const [one, several] = [await fetchFar(100, { ...line, connections: 1 }), await fetchFar(100, line)] as const;
		expect(several.seconds).toBeLessThanOrEqual(one.seconds * 1.02);
	});

	/** Far away, a look at one connection may fall into it, and another one then comes only after ten seconds. */
	test.each([
		[5, 6],
		[100, 22],
	])('%d ms away, loses by an outage no more than %d s beyond its own two', async (roundTripMs, more) => {
		const long = { sharedBytesPerSecond: 50 * MB, bytes: 768 * MIB };
		const [whole, broken] = [await fetchFar(roundTripMs, long), await fetchFar(roundTripMs, { ...long, outage: { from: 5_000, to: 7_000 } })];
		expect(broken.seconds).toBeLessThan(whole.seconds + 2 + more);
	});

	test('brings the whole where somebody takes the ranges out of requests', async () => {
		const storage = new SimulatedStorage({ roundTripMs: 100, bytesPerSecond: 20 * MB, ignoresRanges: true }, 256 * MIB);
		const lengths: number[] = [];
		const options = { connections: 16, signal: new AbortController().signal };
		await storage.runUntilDone(
			transferPackage(storage, 'https://storage/', options, async (chunks) => {
				const start = lengths.push(0) - 1;
				for await (const { length } of chunks) lengths[start]! += length;
			}),
		);
		expect(lengths).toEqual([expect.any(Number), 256 * MIB]);
	});

	describe.each(REFUSALS)('where more connections than storage grants end by %p', (refusedBy) => {
		test.each([7, 3, 1])('is as fast as it can be with %d', async (mostConnections) => {
			const granted = await fetchFar(100, { mostConnections, refusedBy });
			const free = await fetchFar(100, { connections: mostConnections });
			expect(granted.seconds).toBeLessThanOrEqual(free.seconds * 1.25 + 1);
			expect(granted.refusals).toBeLessThan(refusedBy === 503 ? 16 : 32);
			expect(granted.renewals).toBeLessThanOrEqual(1);
		});
	});

	test.each(REFUSALS)('is asked ever more rarely where it grants two connections to sixteen who read at the same time, and ends others by %p', async (refusedBy) => {
		const storage = new SimulatedStorage({ roundTripMs: 30, bytesPerSecond: 2 * MB, mostConnections: 2, refusedBy }, 512 * MIB);
		const ranges = Array.from({ length: 16 }, (_, n) => ({ start: n * 32 * MIB, end: (n + 1) * 32 * MIB }));
		const options = { connections: 16, signal: new AbortController().signal };
		const work = transferParts(storage, 'https://storage/', options, MIB, async ({ read, runConcurrently }) => {
			await runConcurrently(ranges.map((range) => async () => async () => {
				for await (const chunk of read([range])) expect(chunk.length).toBeGreaterThan(0);
			}));
		});
		await storage.runUntilDone(work);
		// Two connections take 134 s; and the pauses of fourteen who wait grow to eight seconds.
		expect(storage.now()).toBeLessThan(170_000);
		expect(storage.renewals).toBeLessThan(22);
		expect(storage.refusals).toBeLessThan(400);
	});

	test('serves five packages at once no worse than one after the other', async () => {
		const line = { sharedBytesPerSecond: 50 * MB, bytes: 64 * MIB };
		const [together, alone] = [await fetchFar(100, { ...line, packages: 5 }), await fetchFar(100, line)];
		expect(together.seconds).toBeLessThanOrEqual(5 * alone.seconds);
	});
});

describe('what is decided', () => {
	const roundTrips = fc.double({ min: 0.1, max: 1_000, noNaN: true });
	const speeds = fc.double({ min: 1, max: 1e9, noNaN: true });

	test('segments are never too small to be worth a request, nor larger than the memory', () => {
		fc.assert(
			fc.property(connections, roundTrips, fc.option(speeds, { nil: undefined }), (most, roundTripMs, speed) => {
				const bytes = segmentBytes(most, roundTripMs, speed);
				expect(bytes).toBeGreaterThanOrEqual(MIN_SEGMENT_BYTES);
				expect(bytes).toBeLessThanOrEqual(MAX_BUFFERED_BYTES);
				expect(Number.isInteger(bytes)).toBe(true);
			}),
		);
	});

	test('the farther away, the larger the segments; the more connections, the smaller', () => {
		expect(segmentBytes(16, 200)).toBeGreaterThan(segmentBytes(16, 30));
		expect(segmentBytes(4, 100)).toBeGreaterThan(segmentBytes(16, 100));
	});

	test('the first segments grow, so that connections end one after the other; the last ones shrink', () => {
		const sizes = [1, 2, 8, 16, 40].map((nth) => nextSegmentBytes(16 * MIB, nth, 16, 10_000 * MIB) / MIB);
		expect(sizes).toEqual([2, 3, 9, 16, 16]);
		expect(nextSegmentBytes(16 * MIB, 40, 16, 9 * MIB)).toBe(3 * MIB);
		expect(nextSegmentBytes(16 * MIB, 40, 16, 1)).toBe(MIN_SEGMENT_BYTES);
	});

	test.each([
		[300 * MB, 1],
		[60 * MB, 16],
	])('a connection nearby that brings %d bytes per second is one of %d', (bytesPerSecond, wanted) => {
		let now = 0;
		const concurrency = new AdaptiveConcurrency({ connections: 16, memory: MAX_BUFFERED_BYTES }, { firstByteMs: 3 }, () => now);
		for (; now < 3_000 && concurrency.isSingle; now += 10) concurrency.observe(bytesPerSecond / 100, 10, true);
		expect(concurrency.connections).toBe(wanted);
	});

	test('what storage serves is kept to, for twice as long each time that it refuses more', () => {
		let now = 0;
		const throttle = new ThrottleLimit(() => now);
		const throttledMs = () => {
			throttle.recordRefusal(2);
			const since = now;
			// Refused once more meanwhile, as others are: that makes it no longer.
			for (; throttle.limit < Infinity && now < 3_600_000; now += 1_000) throttle.recordRefusal(2);
			return now - since;
		};
		expect([throttledMs(), throttledMs(), throttledMs()]).toEqual([30_000, 60_000, 120_000]);
		throttle.recordRefusal(0);
		expect(throttle.limit).toBe(1);
	});

	test('several connections are worth it only for what takes longer than opening them', () => {
		expect(isWorthParallel(11 * MIB, 16, 1)).toBe(false);
		expect(isWorthParallel(16 * MIB, 16, 1)).toBe(true);
		expect(isWorthParallel(16 * MIB, 16, 100)).toBe(false);
		expect(isWorthParallel(64 * MIB, 16, 100)).toBe(true);
		expect(isWorthParallel(64 * MIB, 4, 400)).toBe(false);
		expect(isWorthParallel(Infinity, 1, 100)).toBe(false);
	});

	test('the farther behind its turn, the sooner a segment stops; the next one last', () => {
		const stops = (place: number) => {
			let held = 0;
			while (fitsReadAhead(place, 16, held)) held += MIB;
			return held / MIB;
		};
		expect(stops(1)).toBe(48);
		expect(stops(9)).toBe(36);
		expect(stops(17)).toBe(24);
		expect(stops(100)).toBe(24);
	});

	test('several connections are worth it where they are a fifth faster than one', () => {
		expect([isFasterInParallel(20, 23), isFasterInParallel(20, 25)]).toEqual([false, true]);
	});
});
