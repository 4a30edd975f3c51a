import { Sandboxed } from './sandboxed.mts';

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
	test.each([
		{ pollInterval: '={{ "0.5" }}', maxWait: '={{ "30" }}', connections: '={{ "16" }}', maxConcurrency: '={{ "32" }}' },
		{ pollInterval: '={{ null }}', maxWait: '={{ "" }}', connections: '={{ undefined }}', maxConcurrency: '={{ $json.none }}' },
		{ pollInterval: 100_000, maxWait: 0, connections: 1, maxConcurrency: 1 },
	])('%j', async (options) => {
		await at.expectExact(await at.download({ options }));
	});
});
