import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeProperties } from 'n8n-workflow';
import { DEFAULTS, MOST_CONNECTIONS } from '../../nodes/Pixxel/download/downloadSettings.ts';
import { downloadFields } from '../../nodes/Pixxel/fields/downloadFields.ts';
import { DEFAULT_CONCURRENCY, MOST_CONCURRENCY } from '../../nodes/Pixxel/item/perItem.ts';
import { WAIT_DEFAULTS } from '../../nodes/Pixxel/item/settings.ts';
import { known } from '../sandbox/client.mts';
import { pausesBetween, Sandboxed } from './sandboxed.mts';

const at = Sandboxed.forTests();

const nonsense = [-1, 'soon', '={{ NaN }}', '={{ "a" * 1 }}', '={{ Infinity }}', '={{ [1] }}', '={{ { a: 1 } }}', '={{ true }}'];
const notWhole = [...nonsense, 0, 1.5, 1_000];

describe('a value that makes no sense is named before any call is made', () => {
	test.each([
		['pollInterval', 'Poll Interval', [...nonsense, 0], 'a number of seconds above 0'],
		['maxWait', 'Max Wait', nonsense, 'a number of seconds of 0 or more'],
		['connections', 'Connections', notWhole, 'a whole number from 1 to 16'],
		['maxConcurrency', 'Max Concurrency', notWhole, 'a whole number from 1 to 32'],
	])('%s', async (name, label, values, wanted) => {
		for (const value of values) {
			const { message, description } = await at.refusal({ options: { [name]: value } });
			expect(message).toBe(`"${label}" is not ${wanted}`);
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

	test.each<[unknown, number]>([[1, 1], ['={{ "3" }}', 3], ...nothing.map((value): [unknown, number] => [value, 16])])('connections: %j', async (connections, wanted) => {
		await at.sandbox.configurePackage(taskId, { size: Math.max(20e6, wanted * 4e6), latencyMs: 100, bytesPerSecond: 4e6 });
		await at.expectExact(await at.download({ options: { connections } }));
		const { mostStorageRequestsInFlight: most } = await at.sandbox.state();
		expect(most).toBeGreaterThanOrEqual(wanted);
		// Storage may hear of a closed connection only after the one that follows it has come.
		expect(most).toBeLessThanOrEqual(wanted === 1 ? 1 : wanted + 1);
	});

	test.each<[unknown, number]>([[1, 1], ['={{ "3" }}', 3], ...nothing.map((value): [unknown, number] => [value, 5])])('maxConcurrency: %j', async (maxConcurrency, wanted) => {
		await at.sandbox.configurePackage(taskId, { size: 1_000, latencyMs: 200 });
		const items = Array.from({ length: 8 }, () => ({ json: {} }));
		expect(await at.download({ options: { maxConcurrency } }, { items })).toHaveLength(8);
		expect((await at.sandbox.state()).mostStorageRequestsInFlight).toBe(wanted);
	});

	test('pollInterval and maxWait', async () => {
		await at.sandbox.configurePackage(taskId, { neverReady: true });
		const { message } = await at.refusal({ options: { pollInterval: '={{ "0.7" }}', maxWait: '={{ "1" }}' } });
		expect(message).toMatch(/^The package was not ready within 1 second /);
		expect(pausesBetween(await at.puts())).toEqual([expect.closeTo(700, -2.6), expect.closeTo(300, -2.6)]);
	});

	test.each(nothing)('pollInterval and maxWait: %j', async (value) => {
		const end = new AbortController();
		await at.sandbox.configurePackage(taskId, { neverReady: true });
		const running = at.refusal({ options: { pollInterval: value, maxWait: value } }, { signal: end.signal });
		await sleep(1_500);
		end.abort();
		expect((await running).message).toBe('The execution was cancelled');
		expect(await at.puts()).toHaveLength(1);
	});
});

test('what the editor shows as a default, and as the most, is what the code takes', () => {
	const options = downloadFields.find(({ name }) => name === 'options')?.options as INodeProperties[];
	const field = (wanted: string) => [...downloadFields, ...options].find(({ name }) => name === wanted);
	for (const [name, value] of Object.entries({ ...DEFAULTS, ...WAIT_DEFAULTS, maxConcurrency: DEFAULT_CONCURRENCY })) {
		expect([name, field(name)?.default]).toEqual([name, value]);
	}
	expect(field('connections')?.typeOptions).toMatchObject({ minValue: 1, maxValue: MOST_CONNECTIONS });
	expect(field('maxConcurrency')?.typeOptions).toMatchObject({ minValue: 1, maxValue: MOST_CONCURRENCY });
});
