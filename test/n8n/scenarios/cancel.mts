import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../process/until.mts';
import { scenarios, type Stage } from './stage.mts';
import { chain, downloadTask, start } from './workflows.mts';

/** A cancelled execution lets go of the API and of storage within this time. */
const LET_GO_WITHIN_MS = 2_000;
/** Several times the pause between two looks at a package, here one second. */
const SILENT_FOR_MS = 3_000;

/** Begins to download a package, cancels that once it has come so far, and listens. */
async function cancelOnce(soFar: string, hasCome: () => Promise<boolean>, stage: Stage): Promise<void> {
	const { client, sandbox } = stage;
	const { id } = await stage.create(chain(`Cancel: ${soFar}`, [start, downloadTask(stage, sandbox.known.demo)]));
	const executionId = await client.runWorkflow(id);
	await until(soFar, hasCome, 20_000);
	await client.stopExecution(executionId);
	const stoppedAt = Date.now();
	const isLetGo = async () => {
		const { apiRequestsInFlight, storageRequestsInFlight } = await sandbox.state();
		return apiRequestsInFlight + storageRequestsInFlight === 0;
	};
	await until('no request to the sandbox under way', isLetGo, LET_GO_WITHIN_MS);
	await sleep(Math.max(0, stoppedAt + LET_GO_WITHIN_MS - Date.now()));
	assert.equal((await sandbox.state()).openSockets, 0, 'connections to the sandbox are still open');
	await sandbox.forgetRequests();
	await sleep(SILENT_FOR_MS);
	assert.deepEqual((await sandbox.requests()).map(({ method, path }) => `${method} ${path}`), []);
	assert.equal((await client.waitForExecution(executionId, 5_000)).status, 'canceled');
}

export const cancel = scenarios({
	async 'Cancel in mid-download: connections closed within 2 s, nothing asked after that'(stage) {
		const { sandbox } = stage;
		await sandbox.configurePackage(sandbox.known.demo.taskId, { readyAfterMs: 0, size: 100_000_000, bytesPerSecond: 1_000_000 });
		await cancelOnce('bytes on their way', async () => (await sandbox.requests('storage')).some(({ bytesSent }) => bytesSent > 400_000), stage);
	},

	async 'Cancel while waiting for the package: nothing asked after that'(stage) {
		const { sandbox } = stage;
		const { taskId } = sandbox.known.demo;
		await sandbox.configurePackage(taskId, { neverReady: true });
		await cancelOnce('asked twice', async () => (await sandbox.packageInfo(taskId)).puts > 1, stage);
	},
});
