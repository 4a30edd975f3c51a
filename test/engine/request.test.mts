import nock from 'nock';
import { Engine } from './engine.mts';

const API = 'https://api.pixxel.space';
const KEY = 'a-key-of-nobody';

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

function ids(workflowId: unknown, jobId: unknown, taskId: unknown) {
	const locator = (value: unknown) => ({ __rl: true as const, mode: 'id', value });
	return { workflowId: locator(workflowId), jobId: locator(jobId), taskId: locator(taskId) } as never;
}

const ready = { id: 't', job_id: 'j', workflow_id: 'w', status: 'ready', signed_url: 'https://storage.example/package?signature=s' };

describe('the request', () => {
	test('is one PUT without a body to the documented address, with the key as it is', async () => {
		const seen: Array<{ headers: Record<string, unknown>; body: unknown }> = [];
		nock(API)
			.put('/v0/workflows/w/jobs/j/tasks/t/download')
			.reply(function (_uri, body) {
				seen.push({ headers: this.req.headers, body });
				return [200, ready];
			});
		const items = await engine.run({ parameters: { ...(ids('w', 'j', 't') as object), output: 'signedUrl' } });
		expect(items).toEqual([{ json: ready, pairedItem: { item: 0 } }]);
		expect(seen).toHaveLength(1);
		expect(seen[0]?.headers.authorization).toBe(KEY);
		expect(seen[0]?.body).toBe('');
	});

	test.each([
		['apiKey', `  ${KEY}\n`, KEY],
		['bearer', KEY, `Bearer ${KEY}`],
		['bearer', ` Bearer ${KEY} `, `Bearer ${KEY}`],
		['bearer', `bearer  ${KEY}`, `Bearer ${KEY}`],
		['apiKey', `Bearer ${KEY}`, `Bearer ${KEY}`],
	] as const)('sends (%s, %j) as %j', async (authScheme, apiKey, header) => {
		nock(API, { reqheaders: { authorization: (value) => value === header } })
			.put(/./)
			.reply(200, ready);
		const items = await engine.run({
			parameters: { ...(ids('w', 'j', 't') as object), output: 'signedUrl' },
			credential: { authScheme, apiKey },
		});
		expect(items).toHaveLength(1);
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
			await engine.run({ parameters: { ...(ids(id, id, id) as object), output: 'signedUrl' } });
			expect(path).toBe(`/v0/workflows/${segment}/jobs/${segment}/tasks/${segment}/download`);
		},
	);

	test('is sent for a number from an expression', async () => {
		nock(API).put('/v0/workflows/7/jobs/8/tasks/9/download').reply(200, ready);
		const items = await engine.run({
			parameters: { ...(ids('={{ 7 }}', '={{ 8 }}', '={{ 9 }}') as object), output: 'signedUrl' },
		});
		expect(items).toHaveLength(1);
	});

	test.each([`${API}/`, ` ${API}// `])('goes to the same address with the base URL %j', async (baseUrl) => {
		nock(API).put('/v0/workflows/w/jobs/j/tasks/t/download').reply(200, ready);
		const run = engine.run({ parameters: { ...(ids('w', 'j', 't') as object), output: 'signedUrl' }, credential: { baseUrl } });
		await expect(run).resolves.toHaveLength(1);
	});

	test.each(['', 'api.pixxel.space', 'ftp://api.pixxel.space', 'file:///etc/passwd'])(
		'is not sent with the base URL %j',
		async (baseUrl) => {
			const run = engine.run({ parameters: { ...(ids('w', 'j', 't') as object) } as never, credential: { baseUrl } });
			await expect(run).rejects.toThrow('"Base URL" in the Pixxel credential is not a web address');
		},
	);

	test.each(['', ' \n', 'two\nlines', 'schlüssel'])('is not sent with the key %j', async (apiKey) => {
		const run = engine.run({ parameters: { ...(ids('w', 'j', 't') as object) } as never, credential: { apiKey } });
		await expect(run).rejects.toThrow(/^The (Pixxel credential has no API key|API key in the Pixxel credential)/);
	});
});
