import { getEventListeners } from 'node:events';
import type { INodeExecutionData } from 'n8n-workflow';
import { until } from '../n8n/process/until.mts';
import { known, type PackageSettings, type ScriptedAnswer } from '../sandbox/client.mts';
import { perform } from './operations.mts';
import { byId, type Download, Sandboxed, shownError } from './sandboxed.mts';

const { projectId, workflowId, taskId } = known.demo;
const at = Sandboxed.forTests();

beforeAll(async () => {
	await at.download({ output: 'signedUrl' });
});

/** Milliseconds. The promise is two seconds; what is ended too late takes a minute, and a busy machine something in between. */
const AT_MOST = 15_000;

/** Cancels a run once it has come so far; `asked`: the requests that there are in the end. */
async function cancelOnce(soFar: () => Promise<boolean>, start: (signal: AbortSignal) => Promise<INodeExecutionData[]>, asked?: number) {
	const execution = new AbortController();
	const run = shownError(start(execution.signal));
	await Promise.race([until('the run has come so far', soFar), run]);
	const cancelledAt = Date.now();
	execution.abort();
	expect((await run).message).toBe('The execution was cancelled');
	expect(Date.now() - cancelledAt).toBeLessThan(AT_MOST);
	await at.expectNoSockets(AT_MOST);
	if (asked !== undefined) expect(await at.sandbox.requests()).toHaveLength(asked);
}

const answered = (count: number) => async () => (await at.sandbox.requests()).filter(({ endedAt }) => endedAt !== null).length === count;
const moving = (count: number) => async () => (await at.sandbox.state()).storageRequestsInFlight >= count;
const inCall = async () => (await at.sandbox.state()).apiRequestsInFlight > 0;

const scripted = (answer: ScriptedAnswer) => async () => await at.sandbox.script({}, { ...answer, repeat: true });
const refusing = async () => await at.sandbox.addFaults(taskId, { status: 503, retryAfter: 60, repeat: true });
const packaged = (settings: PackageSettings) => async () => await at.sandbox.configurePackage(taskId, settings);
const slow = { size: 200e6, bytesPerSecond: 4e6 };
const slowFile = { archive: { files: [{ path: 'a.tif', size: 500e6 }] }, bytesPerSecond: 1e6 };

test('no run listens to the signal by which its execution is cancelled: loops make thousands of them, and of more than ten Node warns', async () => {
	await at.sandbox.configurePackage('*', { archive: { files: [{ path: 'a.tif', size: 2e6 }] }, latencyMs: 500 });
	const { signal } = new AbortController();
	for (const output of ['file', 'packageFiles', 'signedUrl']) {
		const items = Array.from({ length: 3 }, () => ({ json: {} }));
		const run = at.download({ output }, { items, signal });
		if (output !== 'signedUrl') await until('storage is asked for all', moving(3));
		const during = getEventListeners(signal, 'abort');
		await run;
		expect([during, getEventListeners(signal, 'abort')]).toEqual([[], []]);
	}
});

describe('cancelling the execution ends everything within two seconds', () => {
	beforeEach(() => at.clock.restore());

	test.each<[string, () => Promise<unknown>, () => Promise<boolean>, Download, asked: number | undefined]>([
		['in the pause before the next look', packaged({ neverReady: true }), answered(1), { options: { pollInterval: 60 } }, 1],
		['in a call that nobody answers', scripted({ fault: 'stall' }), inCall, {}, 1],
		['in the pause that Retry-After asks for', scripted({ status: 429, headers: { 'retry-after': '60' } }), answered(1), {}, 1],
		['in a transfer over one connection', packaged(slow), moving(1), { options: { connections: 1 } }, 2],
		['in a transfer over up to 16 connections', packaged(slow), moving(4), { options: { connections: 16 } }, undefined],
		['in a transfer that storage does not begin', packaged({ latencyMs: 20_000 }), moving(1), {}, 2],
		['in a pause between two tries of storage', refusing, answered(2), {}, 2],
		['in the middle of a file in the package', packaged(slowFile), answered(2), { output: 'packageFiles' }, undefined],
	])('%s', async (_name, prepare, soFar, choices, asked) => {
		await prepare();
		await cancelOnce(soFar, async (signal) => await at.download(choices, { signal }), asked);
	});

	test('with many items, of which those that had not begun never do', async () => {
		await at.sandbox.configurePackage(taskId, { neverReady: true });
		const items = Array.from({ length: 100 }, () => ({ json: {} }));
		await cancelOnce(answered(5), async (signal) => await at.download({ options: { pollInterval: 60 } }, { items, signal }), 5);
	});

	test('in the pause before the first look at a job', async () => {
		await at.sandbox.planJobs('*', { takesMs: 60_000 });
		const fields = { projectId: byId(projectId), workflowId: byId(workflowId), waitForCompletion: true, options: { pollInterval: 60 } };
		await cancelOnce(answered(1), async (signal) => await perform(at, 'job', 'create', fields, { signal }), 1);
	});

	test('before it has begun', async () => {
		await cancelOnce(answered(0), async () => await at.download({}, { signal: AbortSignal.abort() }), 0);
	});
});
