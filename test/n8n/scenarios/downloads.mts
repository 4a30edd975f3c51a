import assert from 'node:assert/strict';

import { DOWNLOAD_NODE, demoWorkflow } from '../demo/demo.mts';
import { outputOf } from '../instance/n8nClient.mts';
import { startForwardProxy } from '../standIns/forwardProxy.mts';
import { assertPackages } from './packages.mts';
import { READY_AFTER_MS, scenarios, type Stage } from './stage.mts';
import { chain, downloadTask, manualTrigger, PIXXEL, pickedTask, start } from './workflows.mts';

/** Has the demo's task downloaded. Throws unless its package arrives, byte for byte. */
async function download(stage: Stage, ...more: [parameters?: Record<string, unknown>, node?: Parameters<typeof downloadTask>[3]]) {
	const { demo } = stage.sandbox.known;
	const items = outputOf(await stage.run(chain('Download', [start, downloadTask(stage, demo, ...more)])), PIXXEL);
	await assertPackages(stage, items, [demo.taskId]);
	return { item: items[0], ...(await stage.sandbox.packageInfo(demo.taskId)) };
}

export const downloads = scenarios({
	async 'File: asks again until the package is ready; every byte, its name and its type, and no link left in the item'(stage) {
		await stage.sandbox.configurePackage('*', { readyAfterMs: 2 * READY_AFTER_MS });
		const { item, puts, fileName } = await download(stage);
		assert.ok(puts > 1, `asked ${puts} times`);
		assert.equal(item?.binary?.data?.fileName, fileName);
		assert.equal(item?.binary?.data?.mimeType, 'application/zip');
		assert.equal('signed_url' in (item?.json ?? {}), false);
	},

	async 'The demo: the workflow that npm start has ready in the editor'(stage) {
		const { demo } = stage.sandbox.known;
		const workflow = demoWorkflow({ workflowName: 'Demo', task: demo, fields: pickedTask(stage.sandbox) }, stage.pixxel);
		const items = outputOf(await stage.run(workflow, { trigger: manualTrigger.name }), DOWNLOAD_NODE);
		await assertPackages(stage, items, [demo.taskId]);
	},

	async 'Request Options: the proxy set on the tab Settings carries the call to Pixxel and the package'(stage) {
		const proxy = await startForwardProxy();
		try {
			await download(stage, { requestOptions: { proxy: proxy.url } });
			const asked = await stage.sandbox.requests();
			assert.deepEqual(proxy.asked.map(({ method }) => method), asked.map(({ method }) => method));
		} finally {
			await proxy.stop();
		}
	},

	async 'Cut line: goes on where it stopped, and the file is whole'(stage) {
		const { sandbox } = stage;
		const { taskId } = sandbox.known.demo;
		await sandbox.configurePackage(taskId, { readyAfterMs: 0, size: 6_000_000 });
		await sandbox.addFaults(taskId, [{ cutAt: 1_000_000 }, { reset: true }, { cutAt: 3_500_000 }]);
		const { size } = await download(stage);
		const gets = await sandbox.requests('storage');
		assert.ok(gets.length > 3, 'the sandbox has seen no second request, so nothing was cut');
		const sent = gets.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
		assert.ok(sent < 2 * size, `fetched ${sent} bytes for a package of ${size}`);
	},

	async 'Retry On Fail: after a refusal, n8n’s next try brings the file'(stage) {
		await stage.sandbox.script({ method: 'PUT' }, { status: 403 });
		await download(stage, {}, { retryOnFail: true, maxTries: 2, waitBetweenTries: 100 });
	},
});
