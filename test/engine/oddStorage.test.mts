import type { INodeExecutionData } from 'n8n-workflow';
import { transferPackage } from '../../nodes/Pixxel/transfer/transferPackage.ts';
import { type ArchiveFile, known, type PackageSettings, type StorageFault } from '../sandbox/client.mts';
import { plainStorage } from './plainStorage.mts';
import { Sandboxed } from './sandboxed.mts';

const { taskId } = known.demo;
const MIB = 1024 * 1024;
const at = Sandboxed.forTests();

/** So far away that all connections are opened, and large enough for them. */
const several: PackageSettings = { size: 16 * MIB, line: { roundTripMs: 12, bytesPerSecond: 6e6 } };
const files: ArchiveFile[] = [
	{ path: 'small.txt', size: 3_000, method: 'deflated' },
	{ path: 'band.tif', size: 1_500_000, method: 'stored' },
	{ path: 'last.txt', size: 2_000, method: 'deflated' },
];

async function expectFiles(items: INodeExecutionData[]): Promise<void> {
	expect(items).toHaveLength(files.length);
	for (const [index, { path }] of files.entries()) {
		expect(await at.fingerprint(items[index]?.binary?.data)).toEqual(await at.sandbox.packedFile(taskId, path));
	}
}

/** As a file over one connection, over several, and as files in the package: the same storage, three times. */
const WAYS = {
	async 'over one connection'(settings: PackageSettings, faults: StorageFault[] = []) {
		await at.sandbox.configurePackage(taskId, { size: 3_000_000, ...settings });
		await at.sandbox.addFaults(taskId, [{ cutAt: 1_000_000 }, ...faults, { cutAt: 2_000_000 }]);
		await at.expectExact(await at.download({ options: { connections: 1 } }));
	},
	async 'over several'(settings: PackageSettings, faults: StorageFault[] = []) {
		await at.sandbox.configurePackage(taskId, { ...several, ...settings });
		await at.sandbox.addFaults(taskId, [{ pass: true }, ...faults]);
		await at.expectExact(await at.download({ options: { connections: 6 } }));
		if (settings.connectionCap === undefined) expect((await at.sandbox.state()).mostStorageRequestsInFlight).toBeGreaterThan(2);
	},
	async 'as files in it'(settings: PackageSettings, faults: StorageFault[] = []) {
		await at.sandbox.configurePackage(taskId, { archive: { files }, ...settings });
		await at.sandbox.addFaults(taskId, [{ pass: true }, ...faults]);
		await expectFiles(await at.download({ output: 'packageFiles', options: { connections: 4 } }));
	},
} as const;
const ways = Object.keys(WAYS) as Array<keyof typeof WAYS>;

describe.each(ways)('the exact bytes arrive %s', (way) => {
	test.each<[string, PackageSettings, StorageFault[]]>([
		['with an ETag that storage itself does not know', { quirks: { foreignEtag: true } }, []],
		['in parts that call themselves the whole, by their status', { quirks: { partStatus: 200 } }, []],
		['in parts that end a byte early', { quirks: { shortParts: true } }, []],
		['with a URL that is refused now and then, and was good all the time', {}, [{ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }]],
		['from storage that says by 403 that it has enough to do', {}, [{ status: 403, body: '<Error><Code>RequestThrottled</Code></Error>' }]],
	])('%s', async (_name, settings, faults) => {
		await WAYS[way](settings, faults);
		expect(await at.puts()).toHaveLength(1);
	});

	test.each([503, 429, 403, 'reset'] as const)('from storage that grants two connections, and refuses others by %p', async (overCap) => {
		// Those who wait for a connection wait for bytes to come over the others.
		at.clock.pauseSpeed = 10;
		await WAYS[way]({ connectionCap: 2, overCap });
		// Not one for each refusal: one, and another one now and then.
		expect((await at.puts()).length).toBeLessThanOrEqual(3);
	});
});

test.each([0, 1_000_000])('a part that nobody has asked for, from byte %i on, is taken where it fits, or asked for by its place', async (partUnasked) => {
	await WAYS['over one connection']({ quirks: { partUnasked } });
	await at.sandbox.reset();
	await WAYS['as files in it']({ quirks: { partUnasked, suffixRange: 501 } });
});

test('a part that does not say where it belongs is taken for nothing', async () => {
	await at.sandbox.configurePackage(taskId, { size: 3_000_000, quirks: { partUnasked: 0 } });
	await at.sandbox.addFaults(taskId, { noContentRange: true, repeat: true });
	expect((await at.refusal()).message).toBe('The package could not be fetched: storage sends only a part of it, and does not say which');
});

test.each([200, 400, 403, 405, 501] as const)('files come from storage that answers a range from the end with %i', async (suffixRange) => {
	await WAYS['as files in it']({ quirks: { suffixRange } });
	expect(await at.puts()).toHaveLength(1);
});

test('a front that adds ETags hides no package that was replaced', async () => {
	await at.sandbox.configurePackage(taskId, { size: 3_000_000, quirks: { foreignEtag: true } });
	await at.sandbox.addFaults(taskId, [{ cutAt: 1_000_000 }, { pass: true }, { cutAt: 2_000_000 }, { replaceSameSize: true }]);
	await at.expectExact(await at.download());
});

describe('TLS that cannot be agreed upon', () => {
	const transfer = async (brokenRequests: number[]) => {
		const { size } = await at.sandbox.packageInfo(taskId);
		const storage = plainStorage(async () => await at.sandbox.signUrl(taskId), 0);
		const { get } = storage;
		let requests = 0;
		storage.get = async (...request) => {
			if (brokenRequests.includes(++requests)) throw Object.assign(new Error('wrong version number'), { code: 'EPROTO' });
			return await get(...request);
		};
		const options = { connections: 1, signal: new AbortController().signal };
		const stored = await transferPackage(storage, await at.sandbox.signUrl(taskId), options, async (chunks) => {
			let bytes = 0;
			for await (const { length } of chunks) bytes += length;
			return bytes;
		});
		expect(stored).toBe(size);
		return requests;
	};

	test('is a broken line once bytes have come', async () => {
		await at.sandbox.addFaults(taskId, { cutAfter: 1_000 });
		expect(await transfer([2, 3])).toBe(4);
	});

	test('is final at the first request', async () => {
		await expect(transfer([1])).rejects.toThrow('The package could not be fetched: the request to its storage could not be sent');
	});
});
