import nock from 'nock';
import { Engine, type RunOptions } from './engine.mts';
import { OPERATIONS } from './operations.mts';
import { byId } from './sandboxed.mts';

const API = 'https://api.pixxel.space';
const KEY = 'a-key-of-nobody';
const PATH = '/v0/workflows/w/jobs/j/tasks/t/download';

let engine: Engine;

beforeAll(async () => {
	nock.disableNetConnect();
	engine = await Engine.start('default', { apiKey: KEY, authScheme: 'apiKey', baseUrl: API });
});
afterEach(() => {
	nock.cleanAll();
});
afterAll(() => {
	nock.enableNetConnect();
	// It takes the place of Node's own http, which test files in one process share.
	nock.restore();
	engine.stop();
});

const ready = { id: 't', job_id: 'j', workflow_id: 'w', status: 'ready', signed_url: 'https://storage.example/package?signature=s' };

/** Runs Download Task for these IDs. */
async function download([workflowId, jobId, taskId]: [string, string, string] = ['w', 'j', 't'], credential: RunOptions['credential'] = {}) {
	const parameters = { workflowId: byId(workflowId), jobId: byId(jobId), taskId: byId(taskId), output: 'signedUrl' };
	return await engine.run({ parameters, credential });
}

describe('the request', () => {
	test('is one PUT without a body to the documented address, with the key as it is', async () => {
		const seen: Array<{ headers: Record<string, unknown>; body: unknown }> = [];
		nock(API)
			.put(PATH)
			.reply(function (_uri, body) {
				seen.push({ headers: this.req.headers, body });
				return [200, ready];
			});
		expect(await download()).toEqual([{ json: ready, pairedItem: { item: 0 } }]);
		expect(seen).toEqual([{ headers: expect.objectContaining({ authorization: KEY }), body: '' }]);
	});

	test.each([
		['apiKey', `  ${KEY}\n`, KEY],
		['bearer', KEY, `Bearer ${KEY}`],
		['bearer', ` Bearer ${KEY} `, `Bearer ${KEY}`],
		['bearer', `bearer  ${KEY}`, `Bearer ${KEY}`],
		['apiKey', `Bearer ${KEY}`, `Bearer ${KEY}`],
	] as const)('sends (%s, %j) as %j', async (authScheme, apiKey, header) => {
		nock(API, { reqheaders: { authorization: (value) => value === header } })
			.put(PATH)
			.reply(200, ready);
		expect(await download(undefined, { authScheme, apiKey })).toHaveLength(1);
	});

	test.each(['../x', 'a/b', 'a?b#c', '%2e', '%2e%2e', 'a b', 'Ñandú/農', '{{ 1 + 1 }}', '...', "it's"])(
		'keeps the ID %j one segment of the path',
		async (id) => {
			const segment = encodeURIComponent(id);
			let path = '';
			nock(API)
				.put(/./)
				.reply(function (uri) {
					path = uri;
					return [200, ready];
				});
			await download([id, id, id]);
			expect(path).toBe(`/v0/workflows/${segment}/jobs/${segment}/tasks/${segment}/download`);
		},
	);

	test('is sent for a number from an expression', async () => {
		nock(API).put('/v0/workflows/7/jobs/8/tasks/9/download').reply(200, ready);
		expect(await download(['={{ 7 }}', '={{ 8 }}', '={{ 9 }}'])).toHaveLength(1);
	});

	const NO_ADDRESS = '"Base URL" in the Pixxel credential is not a web address';
	test.each([
		...['', 'api.pixxel.space', 'ftp://api.pixxel.space', 'file:///etc/passwd'].map((baseUrl) => [{ baseUrl }, NO_ADDRESS] as const),
		...['', ' \n'].map((apiKey) => [{ apiKey }, 'The Pixxel credential has no API key'] as const),
		...['two\nlines', 'schlüssel'].map((apiKey) => [{ apiKey }, 'The API key in the Pixxel credential holds characters that no key has'] as const),
	])('is not sent with %j in the credential', async (credential, message) => {
		await expect(download(undefined, credential)).rejects.toThrow(message);
	});
});

describe.each([
	[API, ''],
	[`${API}/`, ''],
	[` ${API}// `, ''],
	[`${API}/gateway/pixxel`, '/gateway/pixxel'],
	[`${API}/gateway/pixxel/ `, '/gateway/pixxel'],
])('below the base URL %j', (baseUrl, prefix) => {
	let paths: string[];

	beforeEach(() => {
		paths = [];
		for (const method of ['GET', 'PUT', 'POST']) {
			nock(API)
				.intercept(/./, method)
				.reply((uri) => {
					paths.push(uri);
					return [200, { ...ready, project: {}, projects: [], workflows: [], jobs: [] }];
				});
		}
	});

	test.each(OPERATIONS)('goes the call of %s: %s', async (resource, operation, fields) => {
		await engine.run({ parameters: { resource, operation, ...fields } as RunOptions['parameters'], credential: { baseUrl } });
		expect(paths).toEqual([expect.stringMatching(new RegExp(`^${prefix}/v0/(workflows|projects)`))]);
	});

	test("goes the credential's test", async () => {
		await engine.testCredential({ baseUrl });
		expect(paths).toEqual([`${prefix}/v0/workflows?limit=1`]);
	});
});
