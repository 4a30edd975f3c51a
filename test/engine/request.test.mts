import type { RunOptions } from './engine.mts';
import { callsOf, OPERATIONS, perform } from './operations.mts';
import { Sandboxed } from './sandboxed.mts';

const KEY = 'a-key-of-nobody';
const READY = { id: 't', job_id: 'j', workflow_id: 'w', status: 'ready', signed_url: 'https://storage.example/package?signature=s' };

const at = Sandboxed.forTests();

/** Runs Download Task for these IDs, at a Pixxel that has all of them ready. */
async function download(task: Record<'workflowId' | 'jobId' | 'taskId', string> = { workflowId: 'w', jobId: 'j', taskId: 't' }, credential: RunOptions['credential'] = {}) {
	await at.sandbox.script({}, { body: READY });
	return await at.download({ task, output: 'signedUrl' }, { credential });
}

describe('the request', () => {
	test('is one PUT without a body to the documented address, with the key as it is', async () => {
		expect(await download(undefined, { apiKey: KEY })).toEqual([{ json: READY, pairedItem: { item: 0 } }]);
		const wanted = { method: 'PUT', path: '/v0/workflows/w/jobs/j/tasks/t/download', query: {}, headers: { authorization: KEY }, body: '' };
		expect(await at.puts()).toMatchObject([wanted]);
	});

	test.each([
		['apiKey', `  ${KEY}\n`, KEY],
		['bearer', KEY, `Bearer ${KEY}`],
		['bearer', ` Bearer ${KEY} `, `Bearer ${KEY}`],
		['bearer', `bearer  ${KEY}`, `Bearer ${KEY}`],
		['apiKey', `Bearer ${KEY}`, `Bearer ${KEY}`],
	] as const)('sends (%s, %j) as %j', async (authScheme, apiKey, authorization) => {
		await download(undefined, { authScheme, apiKey });
		expect((await at.puts()).map(({ headers }) => headers.authorization)).toEqual([authorization]);
	});

	test.each(['../x', 'a/b', 'a?b#c', '%2e', '%2e%2e', 'a b', 'Ñandú/農', '{{ 1 + 1 }}', '...', "it's", '={{ 7 }}'])(
		'keeps the ID %j one segment of the path',
		async (id) => {
			const segment = id === '={{ 7 }}' ? '7' : encodeURIComponent(id);
			await download({ workflowId: id, jobId: id, taskId: id });
			expect(await callsOf(at)).toEqual([`PUT /v0/workflows/${segment}/jobs/${segment}/tasks/${segment}/download`]);
		},
	);

	const NO_ADDRESS = '"Base URL" in the Pixxel credential is not a plain web address';
	test.each([
		...['', 'api.pixxel.space', 'ftp://api.pixxel.space', 'file:///etc/passwd', 'https://me:pass@x.example', 'https://x.example/?a=1', 'https://x.example/#a'].map((baseUrl) => [{ baseUrl }, NO_ADDRESS] as const),
		...['', ' \n'].map((apiKey) => [{ apiKey }, 'The Pixxel credential has no API key'] as const),
		...['two\nlines', 'schlüssel'].map((apiKey) => [{ apiKey }, 'The API key in the Pixxel credential contains characters that cannot be part of a key'] as const),
	])('is not sent with %j in the credential', async (credential, message) => {
		await expect(download(undefined, credential)).rejects.toThrow(message);
		expect(await at.puts()).toEqual([]);
	});
});

const LISTS = Object.fromEntries(['projects', 'workflows', 'jobs', 'aois', 'assets', 'insights', 'catalogs', 'visualization'].map((key) => [key, []]));

describe.each([
	['%', ''],
	['%/', ''],
	[' %// ', ''],
	['%/v0/', ''],
	['%/gateway/pixxel', '/gateway/pixxel'],
	['%/gateway/pixxel/ ', '/gateway/pixxel'],
])('below the base URL %j', (pattern, prefix) => {
	const credential = () => ({ baseUrl: pattern.replace('%', at.sandbox.url) });
	beforeEach(async () => await at.sandbox.script({}, { body: { ...READY, ...LISTS, project: {} } }));
	// A path below a prefix is none that Pixxel documents.
	afterEach(async () => await at.sandbox.forgetRequests());

	test.each(OPERATIONS)('goes the call of %s: %s', async (resource, operation, fields) => {
		// A picture takes a second call, which the sandbox knows below no prefix.
		const done = perform(at, resource, operation, fields, { credential: credential() });
		if (operation === 'getPicture') await done.catch(() => {});
		else await done;
		for (const call of await callsOf(at)) expect(call).toMatch(new RegExp(`^[A-Z]+ ${prefix}/v0/(workflows|projects|aois?|catalogs)`));
		expect(await callsOf(at)).not.toHaveLength(0);
	});

	test("goes the credential's test", async () => {
		await at.engine.testCredential(credential());
		expect(await callsOf(at)).toEqual([`GET ${prefix}/v0/workflows?limit=1`]);
	});
});
