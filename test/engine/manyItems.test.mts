import { known } from '../sandbox/client.mts';
import { isLong } from '../drawn.mts';
import { mostAtOnce, Sandboxed } from './sandboxed.mts';

const { taskId } = known.demo;
const at = Sandboxed.forTests();

const listOf = (length: number) => Array.from({ length }, (_, n) => ({ json: { n } }));

test.each([
	[{}, 5, isLong ? 1_000 : 40],
	[{ maxConcurrency: 1 }, 1, 8],
	[{ maxConcurrency: 32 }, 32, 96],
])('many items, with the options %j, are worked on at most %i at a time (%i items)', async (options, bound, count) => {
	await at.sandbox.configurePackage(taskId, { size: 65_536, answersTogether: bound });
	const output = await at.download({ options }, { items: listOf(count) });
	expect(output.map(({ pairedItem }) => pairedItem)).toEqual(listOf(count).map(({ json }) => ({ item: json.n })));
	const original = await at.original();
	for (const { binary } of output) expect(await at.fingerprint(binary?.data)).toEqual(original);

	const requests = await at.sandbox.requests();
	expect(requests).toHaveLength(2 * count);
	expect(mostAtOnce(requests)).toBeLessThanOrEqual(bound);
	expect((await at.sandbox.state()).mostStorageRequestsInFlight).toBe(bound);
	await at.expectNoSockets(15_000);
});

test('two runs of the node at the same time have a bound each, and an end each', async () => {
	await at.sandbox.configurePackage('*', { size: 65_536, answersTogether: 5 });
	const { taskId: others } = known.second;
	const [narrow, wide, bad] = await Promise.all([
		at.download({ options: { maxConcurrency: 2 } }, { items: listOf(8) }),
		at.download({ task: { taskId: others }, options: { maxConcurrency: 3 } }, { items: listOf(12) }),
		at.refusal({ task: { taskId: known.nothing } }, { items: listOf(6) }),
	]);
	expect([narrow.length, wide.length, bad.httpCode]).toEqual([8, 12, '404']);
	const gets = await at.gets();
	const most = (id: string) => mostAtOnce(gets.filter(({ path }) => path.includes(id)));
	expect([most(taskId), most(others)]).toEqual([2, 3]);
});
