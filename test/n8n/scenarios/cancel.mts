import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../process/until.mts';
import type { Scenario, Stage } from './stage.mts';
import { chain, downloadTask, start } from './workflows.mts';

/** A cancelled execution lets go of the API and of storage within this time. */
const LET_GO_WITHIN_MS = 2_000;
/** Several times the pause between two looks at a package, here one second. */
const SILENT_FOR_MS = 3_000;

async function begin(stage: Stage, name: string): Promise<string> {
	const { id } = await stage.create(chain(name, [start, downloadTask(stage, stage.sandbox.known.demo)]));
	return await stage.client.runWorkflow(id);
}

async function cancelAndListen({ client, sandbox }: Stage, executionId: string): Promise<void> {
	await client.stopExecution(executionId);
	const stoppedAt = Date.now();
	await until(
		'no request to the sandbox under way',
		async () => {
			const { apiRequestsInFlight, storageRequestsInFlight } = await sandbox.state();
			return apiRequestsInFlight + storageRequestsInFlight === 0;
		},
		LET_GO_WITHIN_MS,
	);
	await sleep(Math.max(0, stoppedAt + LET_GO_WITHIN_MS - Date.now()));
	assert.equal((await sandbox.state()).openSockets, 0, 'connections to the sandbox are still open');
	await sandbox.forgetRequests();
	await sleep(SILENT_FOR_MS);
	assert.deepEqual((await sandbox.requests()).map(({ method, path }) => `${method} ${path}`), []);
	assert.equal((await client.waitForExecution(executionId, 5_000)).status, 'canceled');
}

export const cancel: Scenario[] = [
	{
		name: 'Cancel in mid-download: connections closed within 2 s, nothing asked after that',
		async run(stage) {
			const { sandbox } = stage;
			const { taskId } = sandbox.known.demo;
			await sandbox.configurePackage(taskId, { readyAfterMs: 0, size: 100_000_000, bytesPerSecond: 1_000_000 });
			const executionId = await begin(stage, 'Cancel in mid-download');
			await until('bytes on their way', async () => (await sandbox.state()).storageRequestsInFlight > 0, 20_000);
			await sleep(500);
			await cancelAndListen(stage, executionId);
		},
	},
	{
		name: 'Cancel while waiting for the package: nothing asked after that',
		async run(stage) {
			const { sandbox } = stage;
			const { taskId } = sandbox.known.demo;
			await sandbox.configurePackage(taskId, { neverReady: true });
			const executionId = await begin(stage, 'Cancel while waiting');
			await until('asked twice', async () => (await sandbox.packageInfo(taskId)).puts > 1, 20_000);
			await cancelAndListen(stage, executionId);
		},
	},
];
