import { rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inspect } from 'node:util';
import type { INodeExecutionData } from 'n8n-workflow';
import { keys, known } from '../sandbox/client.mts';
import { oneTaskEach, Sandboxed } from './sandboxed.mts';

const { demo, second, otherJob, otherProject: broken } = known;
const nobodys = { ...demo, taskId: known.nothing };
const at = Sandboxed.forTests();

/** Expects an item that says what went wrong, for the input item of this place. */
function expectErrorItem(item: INodeExecutionData | undefined, place: number, message: RegExp) {
	// An exception in the item would make n8n drop what stands beside the first: these two fields, and nothing else.
	const { error, message: withAdvice } = item?.json ?? {};
	expect(item?.json).toEqual({ error: expect.stringMatching(message), message: expect.stringMatching(/\w{3}/) });
	expect(String(withAdvice).startsWith(`${String(error)}. `)).toBe(true);
	expect(String(withAdvice).slice(String(error).length + 2)).toMatch(/\w{3}/);
	expect(item?.error).toBeUndefined();
	expect(item?.binary).toBeUndefined();
	expect(item?.pairedItem).toEqual({ item: place });
	expect(inspect(item, { depth: 10, showHidden: true })).not.toContain(keys.valid);
}

describe.each([{ continueOnFail: true }, { onError: 'continueRegularOutput' }, { onError: 'continueErrorOutput' }] as const)(
	'with the setting %j',
	(node) => {
		test("an item's failure becomes an error item, and touches no other", async () => {
			const tasks = [demo, nobodys, second, known.failed, otherJob, broken];
			const { download, items } = oneTaskEach(tasks);
			await at.sandbox.configurePackage('*', { size: 50_000 });
			await at.sandbox.configurePackage(second.taskId, { readyAfterMs: 700 });
			await at.sandbox.configurePackage(broken.taskId, { digests: ['content-md5'], wrongDigest: true });
			// One place, which each that fails has to leave to the next.
			const output = await at.download({ ...download, options: { maxConcurrency: 1 } }, { items, node });
			expect(output).toHaveLength(tasks.length);
			for (const [place, { taskId }] of [[0, demo], [2, second], [4, otherJob]] as const) {
				expect(output[place]?.pairedItem).toEqual({ item: place });
				expect(output[place]?.error).toBeUndefined();
				expect(output[place]?.json.id).toBe(taskId);
				expect(await at.fingerprint(output[place]?.binary?.data)).toEqual(await at.original(taskId));
			}
			expectErrorItem(output[1], 1, /not found/);
			expectErrorItem(output[3], 3, /status is failed/);
			expectErrorItem(output[5], 5, /does not match the MD5 digest/);
		});

		test('a field that makes no sense is that item’s failure', async () => {
			const items = [{ json: { id: demo.taskId, n: 1 } }, { json: { id: '', n: 1 } }, { json: { id: demo.taskId, n: 99 } }];
			const choices = { task: { taskId: '={{ $json.id }}' }, options: { connections: '={{ $json.n }}' } };
			const [good, empty, outOfRange] = await at.download(choices, { items, node });
			await at.expectExact([good as INodeExecutionData]);
			expectErrorItem(empty, 1, /^"Task" is empty$/);
			expectErrorItem(outOfRange, 2, /^"Connections" must be a whole number/);
		});
	},
);

test("what is n8n's own trouble, with no advice to it, stands in both fields of the error item", async () => {
	const [stored] = await at.download();
	const folder = dirname(at.engine.pathOf(stored?.binary?.data));
	rmSync(folder, { recursive: true });
	writeFileSync(folder, 'a file where n8n wants a folder');
	const [item] = await at.download({}, { node: { continueOnFail: true } }).finally(() => rmSync(folder));
	expect(item?.json).toEqual({ error: 'The directory path was expected but the given path is a file', message: item?.json.error });
});

test('"Retry On Fail" tries anew, with every item', async () => {
	await at.sandbox.script({ method: 'PUT' }, { status: 403 });
	const items = Array.from({ length: 3 }, (_, n) => ({ json: { n } }));
	const output = await at.download({}, { items, node: { retryOnFail: true } });
	expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	for (const { binary } of output) expect(await at.fingerprint(binary?.data)).toEqual(await at.original());
});

describe('without that setting', () => {
	test("the error is the culprit's, with its place, whatever the others were doing", async () => {
		const { download, items } = oneTaskEach([demo, second, nobodys, otherJob]);
		await at.sandbox.configurePackage(demo.taskId, { neverReady: true });
		await at.sandbox.configurePackage(second.taskId, { size: 100e6, bytesPerSecond: 1e6 });
		const startedAt = Date.now();
		const error = await at.refusal(download, { items });
		expect(error.httpCode).toBe('404');
		expect(error.message).toMatch(/not found/);
		expect(error.context?.itemIndex).toBe(2);
		// The others would take a minute and a half at least.
		expect(Date.now() - startedAt).toBeLessThan(30_000);
		await at.expectNoSockets(15_000);
	});

	test('the place is right for a field that makes no sense, too', async () => {
		const items = [{ json: { id: demo.taskId } }, { json: { id: '..' } }];
		const error = await at.refusal({ task: { taskId: '={{ $json.id }}' } }, { items });
		expect(error.message).toBe('"Task" is not an ID');
		expect(error.context?.itemIndex).toBe(1);
	});

	test('items that had not begun never do', async () => {
		const tasks = [demo, nobodys, ...Array.from({ length: 50 }, () => second)];
		const { download, items } = oneTaskEach(tasks);
		await at.sandbox.configurePackage(demo.taskId, { neverReady: true });
		await at.refusal({ ...download, options: { maxConcurrency: 2 } }, { items });
		// Of these two, one is waiting for its package and the other fails.
		expect((await at.puts()).map(({ path }) => path)).toEqual([demo, nobodys].map(at.sandbox.taskDownloadPath));
	});

	test.each(['maxConcurrency', 'maxWait'])('none begins where the first one has no sense in "%s"', async (option) => {
		const items = Array.from({ length: 6 }, (_, n) => ({ json: { n } }));
		await at.refusal({ options: { [option]: '={{ $json.n === 0 ? -1 : 5 }}' } }, { items });
		expect(await at.sandbox.requests()).toEqual([]);
	});
});
