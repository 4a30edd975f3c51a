import { inspect } from 'node:util';
import type { INodeExecutionData } from 'n8n-workflow';
import { keys, known } from '../sandbox/client.mts';
import { oneTaskEach, Sandboxed } from './sandboxed.mts';

const { demo, second, otherJob } = known;
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
			const { download, items } = oneTaskEach([demo, nobodys, second, known.failed, otherJob]);
			await at.sandbox.configurePackage(second.taskId, { readyAfterMs: 700 });
			// One place, which each that fails has to leave to the next.
			const output = await at.download({ ...download, options: { maxConcurrency: 1 } }, { items, node });
			expect(output).toHaveLength(5);
			for (const [place, { taskId }] of [[0, demo], [2, second], [4, otherJob]] as const) {
				expect(output[place]?.pairedItem).toEqual({ item: place });
				expect(output[place]?.error).toBeUndefined();
				expect(output[place]?.json.id).toBe(taskId);
				expect(await at.fingerprint(output[place]?.binary?.data)).toEqual(await at.original(taskId));
			}
			expectErrorItem(output[1], 1, /not found/);
			expectErrorItem(output[3], 3, /status is failed/);
		});

		test('a field that makes no sense is that item’s failure', async () => {
			const items = [{ json: { id: demo.taskId, n: 1 } }, { json: { id: '', n: 1 } }, { json: { id: demo.taskId, n: 99 } }];
			const choices = { task: { taskId: '={{ $json.id }}' }, options: { connections: '={{ $json.n }}' } };
			const [good, empty, outOfRange] = await at.download(choices, { items, node });
			await at.expectExact([good as INodeExecutionData]);
			expectErrorItem(empty, 1, /^"Task" is empty$/);
			expectErrorItem(outOfRange, 2, /^"Connections" is not a whole number/);
		});

		test('a transfer that fails is that item’s failure', async () => {
			await at.sandbox.configurePackage(second.taskId, { digests: ['content-md5'], wrongDigest: true });
			const { download, items } = oneTaskEach([second, demo]);
			const [bad, good] = await at.download(download, { items, node });
			expectErrorItem(bad, 0, /does not match the MD5 digest/);
			expect(await at.fingerprint(good?.binary?.data)).toEqual(await at.original());
		});
	},
);

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
		expect(Date.now() - startedAt).toBeLessThan(3_000);
		await at.expectNoSockets(2_000);
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
});
