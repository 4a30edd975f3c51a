import { known } from '../sandbox/client.mts';
import { Sandboxed } from './sandboxed.mts';

const at = Sandboxed.forTests();

const nonsense = [-1, 'soon', '={{ NaN }}', '={{ "a" * 1 }}', '={{ Infinity }}', '={{ [1] }}', '={{ { a: 1 } }}', '={{ true }}'];
const notWhole = [...nonsense, 0, 1.5, 1_000];

describe('a value that makes no sense is named before any call is made', () => {
	test.each([
		['pollInterval', 'Poll Interval', [...nonsense, 0, '={{ 0.001 }}', 0.099], 'a number of seconds, 0.1 or more'],
		['maxWait', 'Max Wait', nonsense, 'a number of seconds, 0 or more'],
		['connections', 'Connections', notWhole, 'a whole number from 1 to 16'],
		['maxConcurrency', 'Max Concurrency', notWhole, 'a whole number from 1 to 32'],
	])('%s', async (name, label, values, wanted) => {
		for (const value of values) {
			const { message, description } = await at.refusal({ options: { [name]: value } });
			expect(message).toBe(`"${label}" must be ${wanted}`);
			expect(description).toMatch(/Options/);
		}
		expect(await at.sandbox.requests()).toEqual([]);
	});

	test('output', async () => {
		const { message } = await at.refusal({ output: '={{ "both" }}' });
		expect(message).toBe('"Output" is none of "file", "packageFiles", "packageList", "signedUrl"');
		expect(await at.sandbox.requests()).toEqual([]);
	});
});

describe('a value that makes sense is taken as it is meant', () => {
	const { taskId } = known.demo;
	/** An expression may give a number as text; one that finds nothing means the default. */
	const nothing = ['={{ null }}', '={{ "" }}', '={{ $json.none }}'];

	test.each<[unknown, number]>([[1, 1], ['={{ "3" }}', 3], ['={{ $json.none }}', 16]])('connections: %j', async (connections, wanted) => {
		await at.sandbox.configurePackage(taskId, { size: Math.max(16e6, wanted * 4e6), latencyMs: 100, bytesPerSecond: wanted === 1 ? 20e6 : 3e6 });
		await at.expectExact(await at.download({ options: { connections } }));
		const { mostStorageRequestsInFlight: most } = await at.sandbox.state();
		// How many pay is seen by the time that bytes take, which a busy machine draws out: so no number is too low here. And
		// storage may hear of a closed connection only after the one that follows it has come.
		expect(most).toBeGreaterThan(0);
		expect(most).toBeLessThanOrEqual(wanted === 1 ? 1 : wanted + 1);
	});

	test.each<[unknown, number]>([[1, 1], ['={{ "3" }}', 3], ...nothing.map((value): [unknown, number] => [value, 5])])('maxConcurrency: %j', async (maxConcurrency, wanted) => {
		await at.sandbox.configurePackage(taskId, { size: 1_000, answersTogether: wanted });
		const items = Array.from({ length: 15 }, () => ({ json: {} }));
		expect(await at.download({ options: { maxConcurrency } }, { items })).toHaveLength(15);
		expect((await at.sandbox.state()).mostStorageRequestsInFlight).toBe(wanted);
	});

	test('pollInterval and maxWait', async () => {
		await at.sandbox.configurePackage(taskId, { neverReady: true });
		const { message } = await at.refusal({ options: { pollInterval: '={{ "2" }}', maxWait: '={{ "3" }}' } });
		expect(message).toMatch(/^The package was not ready within 3 seconds /);
		// At once, after two seconds, and when the time is up.
		expect(await at.puts()).toHaveLength(3);
	});

	test('a third of something', async () => {
		const third = '={{ 100 / 3 }}';
		await at.expectExact(await at.download({ options: { pollInterval: third, maxWait: third }, requestOptions: { timeout: '={{ 10000 / 3 }}' } }));
	});

	test.each([['true', true], [' TRUE ', true], ['false', false], ['False', false]])('waitUntilReady, as text: "%s"', async (text, waits) => {
		await at.sandbox.configurePackage(taskId, { readyAfterMs: 5_000 });
		const [item] = await at.download({ waitUntilReady: `={{ "${text}" }}` });
		expect(item?.binary !== undefined).toBe(waits);
	});

	test.each(nothing)('pollInterval and maxWait: %j', async (value) => {
		await at.sandbox.configurePackage(taskId, { neverReady: true });
		const { message } = await at.refusal({ options: { pollInterval: value, maxWait: value } });
		expect(message).toMatch(/^The package was not ready within 1800 seconds /);
		expect(at.clock.pauses[0]).toBe(10_000);
	});
});
