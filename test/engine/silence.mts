import { known } from '../sandbox/client.mts';
import { oneTaskEach, type Sandboxed } from './sandboxed.mts';

const { demo, second, otherJob } = known;

/** Downloads three packages: Pixxel is silent about the first one at first, storage about the second, and storage in the middle of the third. */
export async function downloadThroughSilence(at: Sandboxed): Promise<void> {
	await at.sandbox.script({ path: demo.taskId }, { fault: 'stall' });
	await at.sandbox.configurePackage('*', { size: 3_000_000 });
	await at.sandbox.addFaults(second.taskId, { silent: true });
	await at.sandbox.addFaults(otherJob.taskId, { stallAt: 1_000_000 });
	const { download, items } = oneTaskEach([demo, second, otherJob]);
	const got = await at.download(download, { items });
	for (const [index, { taskId }] of [demo, second, otherJob].entries()) await at.expectExact(got.slice(index, index + 1), taskId);
}
