import nock from 'nock';
import { known } from '../sandbox/client.mts';
import { Sandboxed } from './sandboxed.mts';

const { taskId } = known.demo;
const at = Sandboxed.forTests();

afterAll(() => nock.restore());

/** The pauses before the second try, the third, and so on: backoff, half of which is left to chance. */
const expectBackoff = (pauses: number[], count: number) => {
	expect(pauses).toHaveLength(count);
	for (const [index, ms] of pauses.entries()) {
		const full = Math.min(30_000, 1_000 * 2 ** index);
		expect(ms).toBeGreaterThanOrEqual(full / 2);
		expect(ms).toBeLessThanOrEqual(full);
	}
};

describe('a package that is ready', () => {
	test.each(['ready', 'READY', 'success', 'never heard of', 'failed', ''])(
		'is asked for once, at once, known by its link, and not by its status: %j',
		async (readyStatus) => {
			await at.sandbox.configurePackage(taskId, { readyStatus });
			const [item] = await at.download({ output: 'signedUrl', options: { pollInterval: 30 } });
			expect(item?.json.status).toBe(readyStatus);
			expect(at.clock.pauses).toEqual([]);
			expect(await at.puts()).toHaveLength(1);
		},
	);
});

describe('a package that is not ready', () => {
	test('is asked for again after pauses that grow gently from the poll interval', async () => {
		await at.sandbox.configurePackage(taskId, { readyAfterMs: 900_000 });
		await at.download({ output: 'signedUrl', options: { maxWait: 1_000 } });
		const pauses = [10, 12.5, 15.625, 19.53125, 24.4140625, 30.517578125, 38.14697265625, 47.6837158203125, 59.604644775390625].map((s) => s * 1_000);
		expect(at.clock.pauses.slice(0, 9)).toEqual(pauses);
		expect(new Set(at.clock.pauses.slice(9))).toEqual(new Set([60_000]));
		expect(await at.puts()).toHaveLength(1 + at.clock.pauses.length);
	});

	test.each(['pending', 'In_Progress', 'creating', 'cancelling', 'partial_success', 'success', 'completed', 'a word from the future'])(
		'is waited for whatever word says so: %j',
		async (pendingStatus) => {
			await at.sandbox.configurePackage(taskId, { readyAfterMs: 200, pendingStatus });
			const [item] = await at.download({ output: 'signedUrl', options: { pollInterval: 0.3 } });
			expect(item?.json.status).toBe('ready');
			expect(await at.puts()).toHaveLength(2);
		},
	);

	test.each([
		['ftp://storage.example/secret-path?signature=1', 'ready'],
		['/storage/secret-path', 'success'],
		['secret-path', ''],
	])('is given up after a few looks where its link is none: %s, status "%s"', async (link, status) => {
		await at.sandbox.script({ method: 'PUT' }, { body: { id: taskId, status, signed_url: link }, repeat: true });
		const error = await at.refusal({ options: { pollInterval: 0.1 } });
		expect(error.message).toBe(`Pixxel's answer has no web address for its "signed_url", but something else`);
		expect(error.description).toMatch(/not how Pixxel documents/);
		expect(JSON.stringify(error) + error.message).not.toContain('secret-path');
		expect(await at.puts()).toHaveLength(3);
		await at.sandbox.forgetRequests();
		expect((await at.refusal({ waitUntilReady: false })).message).toBe(error.message);
		expect(await at.puts()).toHaveLength(1);
	});

	test.each([
		['pending', 'not yet', 5],
		['ready', 'ftp://storage.example/p', 2],
		['ready', '  ', 5],
	])('is waited for where something else stands for the link: status "%s", %s', async (status, link, times) => {
		await at.sandbox.script({ method: 'PUT' }, { body: { id: taskId, status, signed_url: link }, times });
		const [item] = await at.download({ output: 'signedUrl', options: { pollInterval: 0.1 } });
		expect(item?.json.signed_url).toContain('X-Sandbox-Signature');
		expect(await at.puts()).toHaveLength(times + 1);
	});
});

describe('the deadline', () => {
	test('ends the wait on time, after a last look, with the last status and the way out', async () => {
		await at.sandbox.configurePackage(taskId, { neverReady: true, pendingStatus: 'in_progress' });
		const { message, description } = await at.refusal({ options: { pollInterval: 200, maxWait: 300 } });
		expect(message).toBe('The package was not ready within 300 seconds (last status: "in_progress")');
		expect(description).toMatch(/Max Wait.*Wait Until Ready/);
		// What is left, and not the 250 s by which pauses grow.
		expect(at.clock.pauses).toEqual([200_000, expect.closeTo(100_000, -4)]);
		expect(await at.puts()).toHaveLength(3);
	});

	test('of 0 seconds means one look', async () => {
		await at.sandbox.configurePackage(taskId, { neverReady: true });
		expect((await at.refusal({ options: { maxWait: 0 } })).message).toMatch(/^The package was not ready within 0 seconds/);
		expect(await at.puts()).toHaveLength(1);
	});

	test('also ends a call that nobody answers', async () => {
		await at.sandbox.script({}, { fault: 'stall', repeat: true });
		const { message, description } = await at.refusal({ options: { maxWait: 1.5 } });
		expect(message).toBe('No answer came from 127.0.0.1: the connection broke or timed out');
		expect(description).toMatch(/^Run the workflow again\. If it happens again, look at the network or proxy .*\([A-Z]+\)$/);
		expect(await at.puts()).toHaveLength(1);
	});

	test('is kept by retries too', async () => {
		await at.sandbox.script({}, { status: 503, repeat: true });
		const { message, httpCode } = await at.refusal({ options: { maxWait: 1_000 } });
		expect(message).toBe('Pixxel has trouble answering (HTTP 503)');
		expect(httpCode).toBe('503');
		const { pauses } = at.clock;
		// The last one is what is left.
		expectBackoff(pauses.slice(0, -1), pauses.length - 1);
		const waited = pauses.reduce((sum, ms) => sum + ms, 0);
		expect(waited).toBeGreaterThan(900_000);
		expect(waited).toBeLessThanOrEqual(1_000_000);
		expect(await at.puts()).toHaveLength(1 + pauses.length);
	});
});

describe('a status that says that packaging failed', () => {
	test.each([{ waitUntilReady: true }, { waitUntilReady: false }])('is final at once, and named: %j', async (choice) => {
		await at.sandbox.configurePackage(taskId, { failStatus: 'TIMED_OUT' });
		const { message, description } = await at.refusal(choice);
		expect(message).toBe('Pixxel could not make this package: its status is "TIMED_OUT"');
		expect(description).toMatch(/^Look at the task in Aurora.*run this node again/);
		expect(at.clock.pauses).toEqual([]);
		expect(await at.puts()).toHaveLength(1);
	});

	test('is final as well after looks that found the package under way', async () => {
		await at.sandbox.configurePackage(taskId, { readyAfterMs: 500, failStatus: 'failed' });
		const { message } = await at.refusal({ options: { pollInterval: 0.2, maxWait: 60 } });
		expect(message).toBe('Pixxel could not make this package: its status is "failed"');
		expect((await at.puts()).length).toBeGreaterThan(1);
	});
});

describe('trouble that passes', () => {
	test.each([
		['408', { status: 408 }],
		['429', { status: 429 }],
		['500', { status: 500, text: '<html>oops</html>' }],
		['502', { status: 502 }],
		['503', { status: 503, body: { error: { code: 'busy', message: 'Later', details: null } } }],
		['504', { status: 504 }],
		['a reset', { fault: 'reset' }],
		['a closed connection', { fault: 'empty' }],
		['an answer cut off', { fault: 'cut', body: { id: taskId, status: 'ready' } }],
	] as const)('is ridden out, waiting or not: %s', async (_name, answer) => {
		for (const [index, waitUntilReady] of [true, false].entries()) {
			await at.sandbox.script({ path: taskId }, answer);
			const [item] = await at.download({ waitUntilReady, output: 'signedUrl' });
			expect(item?.json.status).toBe('ready');
			expectBackoff(at.clock.pauses.slice(index), 1);
			expect(await at.puts()).toHaveLength(2 * (index + 1));
		}
	});

	test('is final after four tries, ever further apart, where nobody asked to wait', async () => {
		await at.sandbox.script({}, { status: 500, repeat: true, body: { error: { code: 'internal', message: 'It broke', details: 1 } } });
		const { message, httpCode } = await at.refusal({ waitUntilReady: false });
		expect(message).toBe('It broke (internal)');
		expect(httpCode).toBe('500');
		expectBackoff(at.clock.pauses, 3);
		expect(await at.puts()).toHaveLength(4);
	});

	test('of several kinds, one after the other, is ridden out: an address where nobody listens for a moment was right before', async () => {
		const api = nock('https://restarting.example');
		api.put(/download$/).times(3).reply(503, '', { 'retry-after': '1' });
		api.put(/download$/).replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
		api.put(/download$/).reply(200, { status: 'ready', signed_url: 'https://storage.example/p' });
		const [item] = await at.download({ output: 'signedUrl' }, { credential: { baseUrl: 'https://restarting.example' } });
		expect(item?.json.status).toBe('ready');
	});

	test('that is no server at all is final after four tries, however long the wait', async () => {
		const credential = { baseUrl: 'http://127.0.0.1:9' };
		const { message, description } = await at.refusal({}, { credential });
		expect(message).toBe('There is no Pixxel API to be reached at 127.0.0.1');
		expect(description).toMatch(/Base URL.*ECONNREFUSED/);
		expectBackoff(at.clock.pauses, 3);
	});
});

describe('an answer that is no JSON', () => {
	const GATEWAY = { text: '<html>restarting</html>', headers: { 'content-type': 'text/html' } };

	test.each([
		['a page', GATEWAY],
		['nothing', { text: '' }],
		['half of a text', { text: '{"id": "5", "sta' }],
	])('is no verdict in a long wait, be it the first or a later one: %s', async (_name, answer) => {
		const pending = { body: { id: taskId, status: 'pending', signed_url: '' } };
		await at.sandbox.script({ method: 'PUT' }, [{ ...answer, times: 3 }, pending, { ...answer, times: 3 }, pending]);
		const [item] = await at.download({ output: 'signedUrl' });
		expect(item?.json.status).toBe('ready');
		expect(await at.puts()).toHaveLength(9);
	});

	test('ends the wait where it comes four times in a row, or where nobody asked to wait', async () => {
		await at.sandbox.script({ method: 'PUT' }, { ...GATEWAY, repeat: true });
		expect((await at.refusal()).message).toBe("Pixxel answered with text instead of a package's status");
		expect(await at.puts()).toHaveLength(4);
		expect((await at.refusal({ waitUntilReady: false })).message).toBe("Pixxel answered with text instead of a package's status");
		expect(await at.puts()).toHaveLength(5);
	});

	test('is no news when the time is up', async () => {
		await at.sandbox.script({ method: 'PUT' }, [{ body: { id: taskId, status: 'pending', signed_url: '' } }, { ...GATEWAY, repeat: true }]);
		const { message } = await at.refusal({ options: { pollInterval: 10, maxWait: 10 } });
		expect(message).toBe('The package was not ready within 10 seconds (last status: "pending")');
	});
});

describe('Retry-After', () => {
	test.each(['200', 'a date'])('is obeyed: %s', async (asked) => {
		const date = new Date(Date.now() + 200_000).toUTCString();
		await at.sandbox.script({}, { status: 429, headers: { 'retry-after': asked === 'a date' ? date : asked } });
		await at.download({ output: 'signedUrl' });
		// A date holds no milliseconds, and says when, not how long from the answer on.
		expect(at.clock.pauses).toEqual([asked === 'a date' ? expect.closeTo(200_000, -4) : 200_000]);
		expect(await at.puts()).toHaveLength(2);
	});

	test.each(['0', new Date(Date.now() - 60_000).toUTCString()])('that asks for no pause gets one all the same: %s', async (value) => {
		await at.sandbox.script({}, { status: 429, headers: { 'retry-after': value }, repeat: true });
		await at.refusal({ options: { maxWait: 100 } });
		expectBackoff(at.clock.pauses.slice(0, 6), 6);
	});

	test.each([
		[{ options: { maxWait: 5 } }, '60'],
		[{ options: { maxWait: 1e9 } }, '9'.repeat(400)],
		// A minute, where nobody asked to wait.
		[{ waitUntilReady: false }, '61'],
	])('beyond the deadline ends it at once: %j', async (choices, seconds) => {
		await at.sandbox.script({}, { status: 429, headers: { 'retry-after': seconds }, repeat: true });
		const { message, description, httpCode } = await at.refusal(choices);
		expect(message).toBe('Pixxel asks to slow down (HTTP 429)');
		expect(description).toMatch(/Poll Interval/);
		expect(httpCode).toBe('429');
		expect(at.clock.pauses).toEqual([]);
	});
});
