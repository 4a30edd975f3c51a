import { inspect } from 'node:util';
import { known } from '../sandbox/client.mts';
import { oneTaskEach, Sandboxed } from './sandboxed.mts';

const { demo, second, otherJob } = known;
/** What each answer begins with. */
const IDS = { id: demo.taskId, job_id: demo.jobId, workflow_id: demo.workflowId };

describe.each(['filesystem', 'default'] as const)('with files kept by n8n in %s mode', (binaryMode) => {
	const at = Sandboxed.forTests(binaryMode);

	describe('the output "Signed URL"', () => {
		test("is the API's answer as it is", async () => {
			const [item, ...more] = await at.download({ output: 'signedUrl' });
			expect(more).toEqual([]);
			expect(item).toEqual({
				json: { ...IDS, status: 'ready', signed_url: expect.stringContaining('X-Sandbox-Signature=') },
				pairedItem: { item: 0 },
			});
			expect(await at.gets()).toEqual([]);
			const headers = { 'accept-encoding': 'identity' };
			const answer = await fetch((item?.json as { signed_url: string }).signed_url, { headers });
			expect((await answer.arrayBuffer()).byteLength).toBe((await at.original()).size);
		});

		test('keeps fields that nobody documented', async () => {
			const answer = { id: 't', status: 'ready', signed_url: 'https://storage.example/p?s=1', size: 5, extra: { deep: [null] } };
			await at.sandbox.script({}, { body: answer });
			expect(await at.download({ output: 'signedUrl' })).toEqual([{ json: answer, pairedItem: { item: 0 } }]);
		});
	});

	describe('the output "File"', () => {
		test("is the API's answer without the link, and the package's exact bytes, with name and type, and nothing of where it came from", async () => {
			const items = await at.download();
			const [item] = items;
			const { fileName: name, mimeType: type } = item?.binary?.data ?? {};
			expect(item?.json).toEqual({ ...IDS, status: 'ready', file: { name, size: (await at.original()).size, type } });
			expect(item?.pairedItem).toEqual({ item: 0 });
			expect(Object.keys(item?.binary ?? {})).toEqual(['data']);
			expect(item?.binary?.data).toMatchObject({ fileName: `sandbox-${demo.taskId}.zip`, fileExtension: 'zip', mimeType: 'application/zip' });
			expect(inspect(item, { depth: 10, showHidden: true })).not.toMatch(/https?:|127\.0\.0\.1|X-Sandbox|signed/i);
			await at.expectExact(items);
		});

		test('goes into the field that the user names', async () => {
			const [item] = await at.download({ outputPropertyName: ' package ' });
			expect(Object.keys(item?.binary ?? {})).toEqual(['package']);
			expect(await at.fingerprint(item?.binary?.package)).toEqual(await at.original());
		});

		test.each(['file', 'packageFiles'])('is refused without a field to put it into, before any call (output %s)', async (output) => {
			const { message } = await at.refusal({ output, outputPropertyName: '={{ "" }}' });
			expect(message).toBe('"Put Output File in Field" is empty');
			expect(await at.puts()).toEqual([]);
		});

		test.each([0, 1, 5_000_000])('of %i bytes is exact', async (size) => {
			await at.sandbox.configurePackage(demo.taskId, { size });
			await at.expectExact(await at.download());
		});
	});

	describe('a package that is not ready, with "Wait Until Ready" off,', () => {
		test.each(['file', 'packageFiles', 'packageList', 'signedUrl'])('comes out as its status (output %s)', async (output) => {
			await at.sandbox.configurePackage('*', { neverReady: true, pendingStatus: 'in_progress' });
			const json = { ...IDS, status: 'in_progress', signed_url: '' };
			expect(await at.download({ waitUntilReady: false, output })).toEqual([{ json, pairedItem: { item: 0 } }]);
			expect(await at.puts()).toHaveLength(1);
		});

		test.each(['absent', 'null', 'empty'] as const)('is told by a signed_url that is %s', async (unreadyUrl) => {
			await at.sandbox.configurePackage('*', { neverReady: true, unreadyUrl });
			const [item] = await at.download({ waitUntilReady: false });
			expect(item?.json.status).toBe('pending');
			expect(item?.binary).toBeUndefined();
		});

		test('comes out as its file once it is ready', async () => {
			await at.expectExact(await at.download({ waitUntilReady: false }));
		});
	});

	describe('a list of items', () => {
		test('of none asks for nothing and gives nothing', async () => {
			expect(await at.download({}, { items: [] })).toEqual([]);
			expect(await at.sandbox.requests()).toEqual([]);
		});

		test('gives one item for each, in their order, whatever is ready first', async () => {
			const { download, items } = oneTaskEach([demo, second, otherJob, demo]);
			await at.sandbox.configurePackage(demo.taskId, { latencyMs: 300 });
			await at.sandbox.configurePackage(second.taskId, { readyAfterMs: 500 });
			const output = await at.download(download, { items });
			expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }, { item: 3 }]);
			const wanted = [demo, second, otherJob, demo].map(({ taskId }) => taskId);
			expect(output.map(({ json }) => json.id)).toEqual(wanted);
			for (const [index, id] of wanted.entries()) {
				expect(await at.fingerprint(output[index]?.binary?.data)).toEqual(await at.original(id));
			}
		});
	});
});
