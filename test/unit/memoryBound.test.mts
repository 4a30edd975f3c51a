import type { IBinaryData } from 'n8n-workflow';
import { MemoryBound } from '../../nodes/Pixxel/download/MemoryBound.ts';

const MIB = 1024 * 1024;
const aMoment = async () => await new Promise((resolve) => setTimeout(resolve, 2));

/** Has n8n keep files, which it calls so: how many were under way as each began. */
async function keepAll(sizes: number[], id: string | undefined, failing = -1): Promise<number[]> {
	const bound = new MemoryBound();
	const seen: number[] = [];
	let underWay = 0;
	const keep = async (nth: number): Promise<void> => {
		seen.push(++underWay);
		await aMoment();
		underWay--;
		if (nth === failing) throw new Error('disk full');
		bound.noted({ data: '', mimeType: '', ...(id !== undefined && { id }) } as IBinaryData);
	};
	const all = await Promise.allSettled(sizes.map(async (size, nth) => await bound.hold(size, async () => await keep(nth))));
	expect(all.map(({ status }) => status)).toEqual(sizes.map((_, nth) => (nth === failing ? 'rejected' : 'fulfilled')));
	return seen;
}

test.each([
	['in a database', 'database:0f3c'],
	['in a bucket', 's3:workflows/1'],
	['in memory', undefined],
])('files that n8n keeps %s wait for each other, and all come in the end', async (_where, id) => {
	expect(Math.max(...(await keepAll(Array.from({ length: 8 }, () => 60 * MIB), id)))).toBe(2);
	expect(Math.max(...(await keepAll([500 * MIB, 400 * MIB, 300 * MIB], id)))).toBe(1);
	expect(Math.max(...(await keepAll(Array.from({ length: 8 }, () => MIB), id)))).toBe(8);
	// One that fails leaves its place to others.
	expect(await keepAll([200 * MIB, 200 * MIB, 200 * MIB], id, 0)).toEqual([1, 1, 1]);
});

test('files that n8n keeps on disk come all at the same time, once it is seen to do so', async () => {
	const eight = Array.from({ length: 8 }, () => 100 * MIB);
	expect(await keepAll(eight, 'filesystem-v2:workflows/1')).toEqual([1, 1, 2, 3, 4, 5, 6, 7]);
	expect(await keepAll(eight, 'filesystem-v2:workflows/1')).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
	await keepAll([1], 's3:workflows/1');
	expect(Math.max(...(await keepAll(eight, 's3:workflows/1')))).toBe(1);
});

test('whoever waits goes on as soon as n8n is seen to keep files on disk', async () => {
	await keepAll([1], 's3:workflows/1');
	const bound = new MemoryBound();
	const events: string[] = [];
	const first = bound.hold(100 * MIB, async () => {
		await aMoment();
		bound.noted({ id: 'filesystem-v2:workflows/1' } as IBinaryData);
		await aMoment();
		events.push('first ended');
	});
	await Promise.all([first, bound.hold(100 * MIB, async () => void events.push('second began'))]);
	expect(events).toEqual(['second began', 'first ended']);
});
