import type { INodeExecutionData } from 'n8n-workflow';
import { until } from '../n8n/process/until.mts';
import { type ArchiveFile, known, type TaskPath } from '../sandbox/client.mts';
import { Sandboxed } from './sandboxed.mts';

const { demo, second, otherJob } = known;
const MIB = 1024 * 1024;
const at = Sandboxed.forTests('default');

const file = (path: string, mib: number): ArchiveFile => ({ path, size: mib * MIB, method: 'stored' });

async function expectExact(items: INodeExecutionData[], { taskId }: TaskPath, files: ArchiveFile[]): Promise<void> {
	expect(items.map(({ json }) => (json.file as { path: string }).path)).toEqual(files.map(({ path }) => path));
	for (const [index, { path }] of files.entries()) {
		expect(await at.fingerprint(items[index]?.binary?.data)).toEqual(await at.sandbox.packedFile(taskId, path));
	}
}

/** Requests for parts of a package: the first one is for its directory. */
const partsOf = async ({ taskId }: TaskPath) => (await at.gets()).filter(({ path }) => path.includes(taskId));

/** Begins a run that fetches the files of a package. */
async function begin(task: TaskPath, files: ArchiveFile[], bytesPerSecond?: number) {
	await at.sandbox.configurePackage(task.taskId, { archive: { files }, bytesPerSecond });
	const execution = new AbortController();
	const outcome = at.download({ task, output: 'packageFiles', options: { connections: 2 } }, { signal: execution.signal }).catch((cause: Error) => cause);
	await until('its files are known', async () => (await partsOf(task)).some(({ endedAt }) => endedAt !== null), 20_000);
	return { outcome, cancel: () => execution.abort() };
}

/** Begins a run that has one file larger than all that n8n is given at the same time, and takes minutes. */
async function beginLargest() {
	const run = await begin(demo, [file('largest.tif', 200)], 1e6);
	const isUnderWay = async () => (await partsOf(demo)).length > 1;
	await until('it is being fetched', isUnderWay, 20_000);
	return run;
}

test('large files of a package wait for each other where n8n keeps them in memory, and all are exact', async () => {
	const files = [file('a.tif', 65), { ...file('b.tif', 65), method: 'deflated' as const }];
	const { outcome } = await begin(demo, files);
	await expectExact((await outcome) as INodeExecutionData[], demo, files);
});

test('so do those of several runs: who waits leaves when its run is cancelled, and who works leaves its place to others when that is', async () => {
	const works = await beginLargest();
	const waits = await begin(second, [file('a.tif', 2)]);
	const behind = await begin(otherJob, [file('a.tif', 2)]);
	waits.cancel();
	expect(await waits.outcome).toMatchObject({ message: 'The execution was cancelled' });
	expect(await partsOf(second)).toHaveLength(1);
	expect(await partsOf(otherJob)).toHaveLength(1);
	works.cancel();
	expect(await works.outcome).toMatchObject({ message: 'The execution was cancelled' });
	await expectExact((await behind.outcome) as INodeExecutionData[], otherJob, [file('a.tif', 2)]);
	await at.expectNoSockets(15_000);
});

test('who waits leaves when another file of its package is damaged; what is small waits for nobody', async () => {
	const works = await beginLargest();
	await at.sandbox.addFaults(second.taskId, { corruptAt: 50_000 });
	const waits = await begin(second, [{ ...file('small.tif', 0), size: 100_000 }, file('large.tif', 150)]);
	expect(await waits.outcome).toMatchObject({ message: '"small.tif" in the package does not have the checksum that it is said to have' });
	expect((await partsOf(demo)).at(-1)?.endedAt).toBeNull();
	works.cancel();
	await works.outcome;
});
