import { until } from '../n8n/process/until.mts';
import { known } from '../sandbox/client.mts';
import { type Download, Sandboxed, type ShownError } from './sandboxed.mts';

const { taskId } = known.demo;
const at = Sandboxed.forTests();

beforeAll(async () => {
	await at.download({ output: 'signedUrl' });
});

/** Cancels a run as soon as it has come `soFar`; answers how long it took to end. */
async function cancelOnce(soFar: () => Promise<boolean>, choices: Download, items = 1): Promise<number> {
	const execution = new AbortController();
	const run = at.refusal(choices, {
		signal: execution.signal,
		items: Array.from({ length: items }, () => ({ json: {} })),
	});
	await Promise.race([until('the run has come so far', soFar), run]);
	const cancelledAt = Date.now();
	execution.abort();
	const error: ShownError = await run;
	expect(error.message).toBe('The execution was cancelled');
	return Date.now() - cancelledAt;
}

/** What the promise allows, in milliseconds. */
const AT_MOST = 2_000;

describe('cancelling the execution ends everything within two seconds', () => {
	test('in the pause before the next look', async () => {
		await at.sandbox.configurePackage(taskId, { neverReady: true });
		const asked = async () => (await at.puts())[0]?.endedAt != null;
		expect(await cancelOnce(asked, { options: { pollInterval: 60 } })).toBeLessThan(AT_MOST);
		expect(await at.puts()).toHaveLength(1);
		await at.expectNoSockets(AT_MOST);
	});

	test('in a call that nobody answers', async () => {
		await at.sandbox.script({}, { fault: 'stall', repeat: true });
		const asked = async () => (await at.sandbox.state()).apiRequestsInFlight > 0;
		expect(await cancelOnce(asked, {})).toBeLessThan(AT_MOST);
		await at.expectNoSockets(AT_MOST);
	});

	test('in the pause that Retry-After asks for', async () => {
		await at.sandbox.script({}, { status: 429, headers: { 'retry-after': '60' }, repeat: true });
		const refused = async () => (await at.puts())[0]?.endedAt != null;
		expect(await cancelOnce(refused, {})).toBeLessThan(AT_MOST);
		expect(await at.puts()).toHaveLength(1);
	});

	test.each([1, 16])('in a transfer over up to %i connections', async (connections) => {
		await at.sandbox.configurePackage(taskId, { size: 200e6, bytesPerSecond: 4e6 });
		const moving = async () => (await at.sandbox.state()).storageRequestsInFlight >= Math.min(connections, 4);
		expect(await cancelOnce(moving, { options: { connections } })).toBeLessThan(AT_MOST);
		await at.expectNoSockets(AT_MOST);
	});

	test('in a transfer that storage does not begin', async () => {
		await at.sandbox.configurePackage(taskId, { latencyMs: 20_000 });
		const asked = async () => (await at.sandbox.state()).storageRequestsInFlight > 0;
		expect(await cancelOnce(asked, {})).toBeLessThan(AT_MOST);
		await at.expectNoSockets(AT_MOST);
	});

	test('in a pause between two tries of storage', async () => {
		await at.sandbox.addFaults(taskId, { status: 503, retryAfter: 60, repeat: true });
		const refused = async () => (await at.gets())[0]?.endedAt != null;
		expect(await cancelOnce(refused, {})).toBeLessThan(AT_MOST);
		expect(await at.gets()).toHaveLength(1);
	});

	test('with many items, of which those that had not begun never do', async () => {
		await at.sandbox.configurePackage(taskId, { neverReady: true });
		const asked = async () => (await at.puts()).length === 5;
		expect(await cancelOnce(asked, { options: { pollInterval: 60 } }, 100)).toBeLessThan(AT_MOST);
		expect(await at.puts()).toHaveLength(5);
		await at.expectNoSockets(AT_MOST);
	});

	test('before it has begun', async () => {
		const error = await at.refusal({}, { signal: AbortSignal.abort() });
		expect(error.message).toBe('The execution was cancelled');
		expect(await at.sandbox.requests()).toEqual([]);
	});
});
