import { buffer } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { Failure } from '../../nodes/Pixxel/errors/Failure.ts';
import { transferPackage } from '../../nodes/Pixxel/transfer/transferPackage.ts';
import { until } from '../n8n/process/until.mts';
import { type PackageSettings, type SandboxHandle, startSandbox, type StorageFault } from '../sandbox/client.mts';
import { type Log, plainStorage } from './plainStorage.mts';
import { sha256 } from './sandboxed.mts';

/** Pauses are told to the test, and hardly made. */
const PAUSE_SHARE = 0.001;
const ID = 'a-package';
const SIZE = 500_000;

let sandbox: SandboxHandle;

beforeAll(async () => void (sandbox = await startSandbox()));
beforeEach(async () => await sandbox.reset());
afterAll(async () => await sandbox.stop());

interface Choices {
	faults?: StorageFault[];
	settings?: PackageSettings;
	stallMs?: number;
	url?: string;
	renewUrl?: () => Promise<string>;
	store?: (bytes: AsyncGenerator<Buffer>) => Promise<Buffer>;
}

/** Transfers a package, and gives what came of it and what storage was told. */
async function transfer(choices: Choices = {}): Promise<{ bytes?: Buffer; failure?: Failure; log: Log }> {
	const { faults = [], settings, stallMs, store = buffer } = choices;
	const { signal } = new AbortController();
	await sandbox.configurePackage(ID, { size: SIZE, ...settings });
	await sandbox.addFaults(ID, faults);
	const storage = plainStorage(choices.renewUrl ?? (async () => await sandbox.signUrl(ID)), PAUSE_SHARE);
	const url = choices.url ?? (await sandbox.signUrl(ID));
	try {
		const bytes = await transferPackage(storage, url, { connections: 4, signal, ...(stallMs && { stallMs }) }, store);
		return { bytes, log: storage.log };
	} catch (failure) {
		expect(failure).toBeInstanceOf(Failure);
		expect(inspect(failure, { depth: 10, showHidden: true })).not.toMatch(/X-Sandbox|signature/i);
		return { failure: failure as Failure, log: storage.log };
	}
}

describe('the retry budget', () => {
	test('ends after eight tries in a row that bring nothing', async () => {
		const { failure, log } = await transfer({ faults: [{ status: 503, repeat: true }] });
		expect(failure?.message).toBe(
			'The package could not be fetched: 8 attempts in a row received no data, in the last one storage answered with 503 (SlowDown)',
		);
		expect(failure?.advice).toBeTruthy();
		expect(await sandbox.requests('storage')).toHaveLength(8);
		// Storage that asks to slow down is not asked again at once.
		const [first, ...pauses] = log.pauses as [number, ...number[]];
		expect(first).toBeGreaterThanOrEqual(500);
		expect(first).toBeLessThanOrEqual(1_000);
		for (const [index, ms] of pauses.entries()) {
			const full = Math.min(30_000, 1_000 * 2 ** index);
			expect(ms).toBeGreaterThanOrEqual(full / 2);
			expect(ms).toBeLessThanOrEqual(full);
		}
	});

	test('is not used up by storage that asks to be asked again in a second, and again', async () => {
		const { bytes, log } = await transfer({ faults: [{ status: 503, retryAfter: 1, times: 7 }] });
		expect(bytes).toHaveLength(SIZE);
		for (const ms of log.pauses) expect(ms).toBeGreaterThanOrEqual(1_000);
		expect(Math.max(...log.pauses)).toBeGreaterThanOrEqual(15_000);
	});

	test('tries a line that broke again at once', async () => {
		const { log } = await transfer({ faults: [{ status: 500, times: 2 }] });
		const [first, second] = log.pauses;
		expect(first).toBe(0);
		expect(second).toBeGreaterThanOrEqual(500);
	});

	test.each([
		['a reset', { reset: true, repeat: true }, /the connection broke \(ECONNRESET\)$/],
		['a cut before the first byte', { cutAfter: 0, repeat: true }, /the connection broke/],
	] as Array<[string, StorageFault, RegExp]>)('names what happened last: %s', async (_name, fault, message) => {
		expect((await transfer({ faults: [fault] })).failure?.message).toMatch(message);
	});

	test('comes back with every byte', async () => {
		const six: StorageFault = { status: 503, times: 6 };
		const faults = [six, { cutAfter: 100_000 }, six, { cutAfter: 100_000 }, six];
		const { bytes } = await transfer({ faults });
		expect(bytes && sha256(bytes)).toBe((await sandbox.packageInfo(ID)).sha256);
	});

	test('obeys Retry-After, up to two minutes, and takes none for a normal pause', async () => {
		const asks = [7, 100_000, 0].map((retryAfter) => ({ status: 503, retryAfter }));
		const { log } = await transfer({ faults: asks });
		const [seven, most, normal] = log.pauses;
		expect(seven).toBe(7_000);
		expect(most).toBe(120_000);
		expect(normal).toBeGreaterThanOrEqual(500);
	});
});

describe('starting again', () => {
	test('ends after the fifth time that the package was replaced', async () => {
		// Asked for without If-Match, the storage shows which version it has by now.
		const again: StorageFault[] = [{ cutAfter: 100_000 }, { replaceSameSize: true }, { pass: true }];
		const { failure, log } = await transfer({ faults: Array.from({ length: 10 }, () => again).flat() });
		expect(failure?.message).toBe('The package was replaced 5 times while it was being fetched');
		expect(failure?.advice).toBeTruthy();
		expect(log.reports.filter((line) => line.startsWith('starting again'))).toHaveLength(5);
	});

	test('ends after the fifth cut of storage that cannot resume', async () => {
		const { failure } = await transfer({ faults: [{ cutAfter: 100_000, repeat: true }], settings: { ranges: false } });
		expect(failure?.message).toBe('The connection broke 5 times, and this storage cannot resume');
	});
});

describe('fresh URLs', () => {
	test('are asked for three times in a row, and not once more', async () => {
		const { failure, log } = await transfer({ faults: [{ expire: true, repeat: true }] });
		expect(failure?.message).toBe('Storage refused the package: it answered with 403 (AccessDenied)');
		expect(failure?.httpCode).toBe(403);
		expect(log.renewals).toBe(3);
	});

	test('that cannot be had end it with the words of whoever was asked', async () => {
		const renewUrl = async () => {
			throw new Failure('No new link today', 'Try tomorrow.');
		};
		const { failure } = await transfer({ faults: [{ expire: true }], renewUrl });
		expect(failure?.message).toBe('No new link today');
	});

	test('are not asked for where a 400 says nothing of expiry', async () => {
		const { failure, log } = await transfer({ faults: [{ status: 400, body: '<Error><Code>InvalidRequest</Code></Error>' }] });
		expect(failure?.message).toContain('400 (InvalidRequest)');
		expect(failure?.advice).toMatch(/^Check the clock/);
		expect(log.renewals).toBe(0);
	});
});

describe('storage that cannot be reached', () => {
	test('is named at once where nothing can change that', async () => {
		const { failure, log } = await transfer({ url: 'http://127.0.0.1:1:1/?X-Sandbox-Signature=s' });
		expect(failure?.message).toBe('The package could not be fetched: the request to its storage could not be sent');
		expect(log.pauses).toEqual([]);
	});

	test('is given the usual tries where it may come back', async () => {
		const { failure } = await transfer({ url: 'http://127.0.0.1:9/p?X-Sandbox-Signature=s' });
		expect(failure?.message).toMatch(/8 attempts in a row received no data, in the last one storage could not be reached \(ECONNREFUSED\)$/);
	});
});

describe('the store', () => {
	test('that fails ends the transfer and its connections, with its own error', async () => {
		const store = async (stream: AsyncGenerator<Buffer>): Promise<Buffer> => {
			await stream.next();
			throw new Failure('The disk is full', 'Make room.');
		};
		const { failure } = await transfer({ settings: { size: 50_000_000, bytesPerSecond: 5e6 }, store });
		expect(failure?.message).toBe('The disk is full');
		await until('all connections closed', async () => (await sandbox.state()).openSockets === 0, 2_000);
	});

	test('that stops half-way and says nothing has stored nothing', async () => {
		const store = async (stream: AsyncGenerator<Buffer>): Promise<Buffer> => (await stream.next()).value as Buffer;
		const { failure } = await transfer({ settings: { size: 5_000_000 }, store });
		expect(failure?.message).toMatch(/^Only \d+ of the package's 5000000 bytes could be stored$/);
	});
});

test('size, seconds and requests are reported at the start and at the end', async () => {
	const { log } = await transfer({ faults: [{ cutAfter: 100_000 }] });
	expect(log.reports).toEqual(['fetching 0.5 MB', expect.stringMatching(/^fetched 0\.5 MB in \d+\.\d s, 2 request\(s\)$/)]);
});
