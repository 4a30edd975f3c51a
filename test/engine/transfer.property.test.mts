import { buffer } from 'node:stream/consumers';
import { Failure } from '../../nodes/Pixxel/errors/Failure.ts';
import { transferPackage } from '../../nodes/Pixxel/transfer/transferPackage.ts';
import fc, { isLong } from '../drawn.mts';
import { type PackageSettings, type SandboxHandle, startSandbox, type StorageFault } from '../sandbox/client.mts';
import { plainStorage } from './plainStorage.mts';
import { sha256 } from './sandboxed.mts';

/** Of each pause, hardly anything is made: what is tested is what comes of them. */
const PAUSE_SHARE = 0.002;
/** Milliseconds of silence after which a connection is given up. */
const STALL_MS = 500;
/** The same for one that is not answered: the sandbox may be computing digests. */
const SILENT_MS = 2_000;
/** Milliseconds after which a transfer hangs. */
const LATE = 200_000;
/** Transfers at a time: each of them mostly waits. */
const TOGETHER = 4;

let sandbox: SandboxHandle;
let drawn = 0;

beforeAll(async () => void (sandbox = await startSandbox()));
afterAll(async () => await sandbox.stop());

interface Draw {
	connections: number;
	settings: PackageSettings & { size: number };
	faults: StorageFault[];
}

/** A share of the package, as an offset in it. */
const offsetIn = (size: number) => fc.integer({ min: 0, max: Math.max(0, size - 1) });

function faultIn(size: number): fc.Arbitrary<StorageFault> {
	const offset = offsetIn(size);
	return fc.oneof(
		offset.map((cutAt) => ({ cutAt })),
		offset.map((cutAfter) => ({ cutAfter })),
		offset.map((stallAt) => ({ stallAt })),
		offset.map((bytes) => ({ short: bytes })),
		offset.map((corruptAt) => ({ corruptAt })),
		fc.constantFrom(500, 502, 503, 429, 408).chain((status) => fc.integer({ min: 1, max: 3 }).map((times) => ({ status, times }))),
		fc.constantFrom<StorageFault>(
			{ reset: true },
			{ expire: true },
			{ replace: true },
			{ replaceSameSize: true },
			{ replaceSmaller: true },
			{ silent: true },
			{ otherBytes: true },
			{ wrongContentRange: true },
			{ noContentRange: true },
			{ ignoreRange: true },
		),
	);
}

const settingsFor = (size: number): fc.Arbitrary<PackageSettings & { size: number }> =>
	fc.record({
		size: fc.constant(size),
		// Without an ETag, two versions of one size that are made within a second cannot be told apart but by their digests.
		etag: fc.constantFrom('strong' as const, 'weak' as const),
		lastModified: fc.boolean(),
		ranges: fc.boolean().map((unlucky) => !unlucky || size % 3 > 0),
		announceLength: fc.boolean().map((unlucky) => !unlucky || size % 5 > 0),
		digests: fc.subarray(['x-goog-hash:md5', 'x-amz-checksum-sha256', 'x-amz-checksum-sha1', 'content-md5'] as const, { minLength: 1 }).map((kinds) => [...kinds]),
		expiredStatus: fc.constantFrom(403, 401, 410, 400),
		redirect: fc.constantFrom(undefined, undefined, 'path' as const, 'port' as const),
	});

/** Whether a fault may make the transfer begin anew, of which five times are the limit. */
const mayStartAnew = (fault: StorageFault, { ranges, announceLength }: PackageSettings) =>
	ranges === false ||
	announceLength === false ||
	['replace', 'replaceSameSize', 'replaceSmaller', 'ignoreRange'].some((kind) => kind in fault);

/** Transfers a package over such a line; expects the exact bytes, or a failure where there is a reason for one. */
async function holds({ connections, settings, faults }: Draw): Promise<void> {
	const id = `drawn-${drawn++}`;
	await sandbox.configurePackage(id, settings);
	await sandbox.addFaults(id, faults);
	const storage = plainStorage(async () => await sandbox.signUrl(id), PAUSE_SHARE, SILENT_MS);
	const options = { connections, signal: AbortSignal.timeout(LATE), stallMs: STALL_MS };
	const outcome = await transferPackage(storage, await sandbox.signUrl(id), options, buffer).catch((failure: unknown) => failure);
	if (Buffer.isBuffer(outcome)) {
		const { size, sha256: digest } = await sandbox.packageInfo(id);
		expect({ size: outcome.length, sha256: sha256(outcome) }).toEqual({ size, sha256: digest });
		return;
	}
	expect(outcome).toBeInstanceOf(Failure);
	const { message, advice } = outcome as Failure;
	expect(advice).toBeTruthy();
	if (faults.some((fault) => 'corruptAt' in fault) && message.includes('does not match')) return;
	const starts = faults.filter((fault) => mayStartAnew(fault, settings)).length;
	// Nothing else is a reason to give up: tries without a byte are few here.
	expect({ message, starts }).toEqual({ message: expect.stringMatching(/ 5 times/), starts: expect.any(Number) });
	expect(starts).toBeGreaterThanOrEqual(5);
}

/** Tries that bring nothing stay below the limit for them. */
const inVain = (faults: StorageFault[]) => faults.reduce((sum, { times = 1 }) => sum + times, 0) < 8;

/** Tries so many of these draws, all of them. */
async function check(draws: fc.Arbitrary<Draw>, count: number): Promise<void> {
	const together = fc.array(draws, { minLength: TOGETHER, maxLength: TOGETHER });
	const property = fc.asyncProperty(together, async (each) => void (await Promise.all(each.map(holds))));
	await fc.assert(property, { numRuns: count / TOGETHER, endOnFailure: true });
}

describe('whatever the size, the connections and the faults: the exact bytes, or a named failure', () => {
	test('with packages of up to three megabytes', async () => {
		const draw = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3_000_000 })).chain((size) =>
			fc.record({
				connections: fc.integer({ min: 1, max: 16 }),
				settings: settingsFor(size),
				faults: fc.array(faultIn(size), { maxLength: 7 }).filter(inVain),
			}),
		);
		await check(draw, isLong ? 4_000 : 40);
	});

	test('with larger ones over several slow connections', async () => {
		const draw = fc.integer({ min: 12_000_000, max: 24_000_000 }).chain((size) =>
			fc.record({
				connections: fc.integer({ min: 8, max: 16 }),
				settings: settingsFor(size).map((settings) => ({
					...settings,
					ranges: true,
					announceLength: true,
					bytesPerSecond: 9e6,
				})),
				faults: fc.array(faultIn(size), { maxLength: 7 }).filter(inVain),
			}),
		);
		await check(draw, isLong ? 320 : 8);
		expect((await sandbox.state()).mostStorageRequestsInFlight).toBeGreaterThan(2 * TOGETHER);
	});
});
