import { known, type PackageSettings, type StorageFault } from '../sandbox/client.mts';
import { Sandboxed } from './sandboxed.mts';

const { taskId } = known.demo;
const MB = 1e6;

const cuts: StorageFault[] = [0.5, 1.1, 2.3, 3.4, 4.2].map((mb) => ({ cutAt: mb * MB }));

/** What lines and storages do to a download, and none of which may change a byte. */
const situations: Array<[string, StorageFault[], PackageSettings]> = [
	['no fault', [], {}],
	['five cuts', cuts, {}],
	['a 500, a 503 and a reset at the start', [{ status: 500 }, { status: 503 }, { reset: true }], {}],
	['a URL that expires half-way', [{ cutAt: 3 * MB }, { expire: true }], {}],
	['a package that is replaced half-way', [{ cutAt: 3 * MB }, { replace: true }], {}],
	['storage that is far away, and slow for each connection', cuts, { size: 40 * MB, latencyMs: 30, bytesPerSecond: 10 * MB }],
];

describe.each(['filesystem', 'default'] as const)('the exact file arrives in %s mode, whatever happens:', (binaryMode) => {
	const at = Sandboxed.forTests(binaryMode);

	test.each(situations)('%s', async (_name, faults, settings) => {
		await at.sandbox.configurePackage(taskId, { size: 5 * MB, digests: ['x-goog-hash:md5'], ...settings });
		await at.sandbox.addFaults(taskId, faults);
		await at.expectExact(await at.download());
	});
});
