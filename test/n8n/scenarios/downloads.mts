import assert from 'node:assert/strict';

import { outputOf } from '../instance/n8nClient.mts';
import { assertLink, assertPackages } from './packages.mts';
import { READY_AFTER_MS, type Scenario } from './stage.mts';
import { chain, downloadTask, FROM_ITEM, newTasks, oneItemEach, PIXXEL, start } from './workflows.mts';

const MANY = 50;

export const downloads: Scenario[] = [
	{
		name: 'Signed URL: the API’s answer, with a link that works',
		async run(stage) {
			const { demo } = stage.sandbox.known;
			const workflow = chain('Signed URL', [start, downloadTask(stage, demo, { output: 'signedUrl' })]);
			const execution = await stage.run(workflow, { givesLinks: true });
			const [item] = outputOf(execution, PIXXEL);
			assert.equal(item?.json.status, 'ready');
			assert.equal(item?.binary, undefined);
			await assertLink(stage, item?.json.signed_url, demo.taskId);
		},
	},
	{
		name: 'File: asks again until the package is ready; every byte, its name and its type, and no link left in the item',
		async run(stage) {
			const { demo } = stage.sandbox.known;
			await stage.sandbox.configurePackage(demo.taskId, { readyAfterMs: 2 * READY_AFTER_MS });
			const execution = await stage.run(chain('File', [start, downloadTask(stage, demo)]));
			const { puts, fileName } = await stage.sandbox.packageInfo(demo.taskId);
			assert.ok(puts > 1, `asked ${puts} times`);
			const items = outputOf(execution, PIXXEL);
			await assertPackages(stage, items, [demo.taskId]);
			assert.equal(items[0]?.binary?.data?.fileName, fileName);
			assert.equal(items[0]?.binary?.data?.mimeType, 'application/zip');
			assert.equal('signed_url' in (items[0]?.json ?? {}), false);
		},
	},
	{
		name: `${MANY} items: ${MANY} files, each with its own item`,
		async run(stage) {
			const { sandbox } = stage;
			await sandbox.configurePackage('*', { size: 200_000, readyAfterMs: 300 });
			const wanted = await newTasks(sandbox, MANY);
			const execution = await stage.run(
				chain('Many items', [...oneItemEach(wanted), downloadTask(stage, FROM_ITEM, { options: { pollInterval: 1, maxConcurrency: 10 } })]),
			);
			const items = outputOf(execution, PIXXEL);
			assert.deepEqual(items.map(({ pairedItem }) => pairedItem), wanted.map((_task, item) => ({ item })));
			await assertPackages(stage, items, wanted.map(({ taskId }) => taskId));
		},
	},
	{
		name: 'Cut line: goes on where it stopped, and the file is whole',
		async run(stage) {
			const { sandbox } = stage;
			const { demo } = sandbox.known;
			await sandbox.configurePackage(demo.taskId, { readyAfterMs: 0, size: 6_000_000 });
			await sandbox.addFaults(demo.taskId, [{ cutAt: 1_000_000 }, { reset: true }, { cutAt: 3_500_000 }]);
			const execution = await stage.run(chain('Cut line', [start, downloadTask(stage, demo)]));
			await assertPackages(stage, outputOf(execution, PIXXEL), [demo.taskId]);
			const { size } = await sandbox.packageInfo(demo.taskId);
			const gets = await sandbox.requests('storage');
			assert.ok(gets.length > 3, 'the sandbox has seen no second request, so nothing was cut');
			const sent = gets.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
			assert.ok(sent < 2 * size, `fetched ${sent} bytes for a package of ${size}`);
		},
	},
];
