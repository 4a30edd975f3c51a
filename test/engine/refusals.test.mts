import { known } from '../sandbox/client.mts';
import { callsOf, perform, refusalOf } from './operations.mts';
import { byId, Sandboxed, shownError } from './sandboxed.mts';

const at = Sandboxed.forTests();

test.each([
	['nothing', { status: 404, text: '' }],
	['HTML', { status: 404, text: '<html><h1>Not Found</h1></html>', headers: { 'content-type': 'text/html' } }],
	['an envelope with wrong types', { status: 404, body: { error: { code: {}, message: 7 } } }],
])('a refusal that says %s is put into words', async (_name, answer) => {
	await at.sandbox.script({}, answer);
	expect(await at.refusal()).toMatchObject({ message: 'Pixxel does not know this (HTTP 404)', httpCode: '404' });
});

describe('a download that Pixxel refuses', () => {
	const look = ({ workflowId, jobId }: { workflowId: string; jobId: string }) => `GET /v0/workflows/${workflowId}/jobs/${jobId}`;
	const looks = async () => (await callsOf(at)).filter((call) => call.startsWith('GET'));
	const running = { workflowId: byId(known.running.workflowId), jobId: byId(known.running.jobId) };

	test.each([
		['task', { ...running, taskId: byId(known.running.taskId) }],
		['job', running],
	])('of a %s that has not finished says so, and what to do, after one look', async (what, fields) => {
		const error = await refusalOf(at, what, 'download', fields);
		expect(error.message).toMatch(new RegExp(`^This ${what} has not finished yet: its status is "running". Pixxel says: .* \\(not_finished\\)$`));
		expect(error.description).toMatch(/waits for the package, not for the analysis.*Pixxel Trigger.*Wait for Completion/);
		expect(error.httpCode).toBe('400');
		expect(await looks()).toEqual([look(known.running)]);
	});

	test('of a task that did not succeed says so', async () => {
		const error = await at.refusal({ task: known.failed });
		expect(error.message).toMatch(/^This task did not succeed: its status is "failed". Pixxel says: /);
		expect(error.description).toMatch(/nothing to download/);
		expect(await looks()).toEqual([look(known.failed)]);
	});

	test.each([
		['job', '2025-03-18 06:30 UTC · failed · 60%', {}, true],
		['job', '2025-03-18 06:30 UTC · completed', {}, false],
		['job', undefined, {}, false],
		['job', undefined, { id: known.demo.jobId, status: 'failed' }, true],
		['task', 'Failed attempts · cancelled', {}, true],
		['task', 'Failed attempts · completed', {}, false],
		['task', 'failed', {}, false],
		['task', undefined, { id: known.demo.taskId, status: 'failed' }, true],
		['task', undefined, { id: known.demo.taskId, status: 'completed' }, false],
		['task', undefined, { id: known.demo.jobId, status: 'failed' }, false],
	])('but lets pass although a %s failed says so in the log, where its list or item does: %j, %j', async (what, cachedResultName, json, says) => {
		const warned: string[] = [];
		const spy = jest.spyOn(at.engine.logger, 'warn').mockImplementation((text) => void warned.push(text));
		const { workflowId, jobId, taskId } = known.demo;
		const picked = (value: string) => ({ __rl: true, mode: 'list', value, ...(cachedResultName && { cachedResultName }) });
		const ids = what === 'job' ? { jobId: picked(jobId) } : { jobId: byId(jobId), taskId: picked(taskId) };
		await perform(at, what, 'download', { workflowId: byId(workflowId), ...ids, output: 'signedUrl' }, { items: [{ json }] });
		spy.mockRestore();
		const words = `Pixxel: this package may lack results, as its ${what} did not succeed (${what === 'job' ? jobId : taskId})`;
		expect(warned.filter((text) => text.startsWith('Pixxel:'))).toEqual(says ? [words] : []);
	});

	test.each([400, 409])('with %i keeps its words where the look brings nothing', async (status) => {
		await at.sandbox.script({ method: 'PUT' }, { status, body: { error: { code: 'some_code', message: 'Words of Pixxel' } } });
		await at.sandbox.script({ method: 'GET' }, { status: 403 });
		expect((await at.refusal({ task: known.running })).message).toBe('Words of Pixxel (some_code)');
		expect(await looks()).toEqual([look(known.running)]);
	});
});

test.each([
	[{}, "Pixxel's answer says no status"],
	[{ signed_url: '' }, "Pixxel's answer says no status"],
	[{ status: null, signed_url: null }, "Pixxel's answer says no status"],
	[{ status: 5 }, 'Pixxel\'s answer has a number for its "status"'],
	[{ status: 'ready', signed_url: 5 }, 'Pixxel\'s answer has a number for its "signed_url"'],
	[{ status: 'ready', signed_url: ['https://x'] }, 'Pixxel\'s answer has a list for its "signed_url"'],
	[{ status: { a: 1 } }, 'Pixxel\'s answer has an object for its "status"'],
])('an answer that is not what the documentation says ends in a message that names the field: %j', async (body, wanted) => {
	await at.sandbox.script({}, { body });
	expect((await at.refusal()).message).toBe(wanted);
	expect(await at.puts()).toHaveLength(1);
});

test("a redirect never carries the key to another place, in no call and not in the credential's test, and says what is wrong", async () => {
	// To storage, which answers whoever comes.
	const location = await at.sandbox.signUrl(known.demo.taskId);
	for (const status of [301, 302, 307, 308]) {
		await at.sandbox.script({}, { status, headers: { location }, times: 2 });
		const { message, description } = await at.refusal();
		expect(message).toBe(`The address in the credential points somewhere else (HTTP ${status})`);
		expect(description).toMatch(/Base URL/);
		expect((await shownError(at.engine.testCredential())).message).toMatch(String(status));
	}
	expect(await at.gets()).toEqual([]);
});
