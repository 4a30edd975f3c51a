import type { IBinaryData } from 'n8n-workflow';
import { BinaryMemoryLimit } from '../../nodes/Pixxel/download/BinaryMemoryLimit.ts';

const MIB = 1024 * 1024;
const IN_BUCKET = 's3:workflows/1';
const ON_DISK = 'filesystem-v2:workflows/1';
const aMoment = async () => await new Promise((resolve) => setTimeout(resolve, 2));
const { signal: forEver } = new AbortController();

/** Has n8n keep a file, which it calls so. */
const kept = (bound: BinaryMemoryLimit, id: string | undefined) => bound.recordStored({ data: '', mimeType: '', ...(id !== undefined && { id }) } as IBinaryData);

/** Has n8n keep files, which it calls so: how many were under way as each began. */
async function keepAll(sizes: number[], id: string | undefined, { bound = new BinaryMemoryLimit(), failing = -1 } = {}): Promise<number[]> {
	const seen: number[] = [];
	let underWay = 0;
	const keep = async (nth: number): Promise<void> => {
		seen.push(++underWay);
		await aMoment();
		underWay--;
		if (nth === failing) throw new Error('disk full');
		kept(bound, id);
	};
	const enterAndKeep = async (size: number, nth: number) => {
		const leave = await bound.enter(size, forEver);
		await keep(nth).finally(leave);
	};
	const all = await Promise.allSettled(sizes.map(enterAndKeep));
	expect(all.map(({ status }) => status)).toEqual(sizes.map((_, nth) => (nth === failing ? 'rejected' : 'fulfilled')));
	return seen;
}

/** Those who have come, and who of them has begun. */
class Comers {
	readonly bound = new BinaryMemoryLimit();
	readonly begun: string[] = [];

	/** @returns how to leave */
	come(name: string, mib: number, signal = forEver): Promise<() => void> {
		return this.bound.enter(mib * MIB, signal).then((leave) => {
			this.begun.push(name);
			return leave;
		});
	}
}

test.each([
	['in a database', 'database:0f3c'],
	['in a bucket', IN_BUCKET],
	['in memory', undefined],
])('files that n8n keeps %s wait for each other, and all come in the end', async (_where, id) => {
	expect(Math.max(...(await keepAll(Array.from({ length: 8 }, () => 60 * MIB), id)))).toBe(2);
	expect(Math.max(...(await keepAll([500 * MIB, 400 * MIB, 300 * MIB], id)))).toBe(1);
	expect(Math.max(...(await keepAll(Array.from({ length: 8 }, () => 2 * MIB), id)))).toBe(8);
	// One that fails leaves its place to others.
	expect(await keepAll([200 * MIB, 200 * MIB, 200 * MIB], id, { failing: 0 })).toEqual([1, 1, 1]);
});

test('files that n8n keeps on disk come all at the same time, once it is seen to do so', async () => {
	const bound = new BinaryMemoryLimit();
	const eight = Array.from({ length: 8 }, () => 100 * MIB);
	expect(await keepAll(eight, ON_DISK, { bound })).toEqual([1, 1, 2, 3, 4, 5, 6, 7]);
	expect(await keepAll(eight, ON_DISK, { bound })).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
	kept(bound, IN_BUCKET);
	expect(Math.max(...(await keepAll(eight, IN_BUCKET, { bound })))).toBe(1);
});

test('whoever waits goes on as soon as n8n is seen to keep files on disk', async () => {
	const comers = new Comers();
	await comers.come('first', 100);
	const second = comers.come('second', 100);
	await aMoment();
	expect(comers.begun).toEqual(['first']);
	kept(comers.bound, ON_DISK);
	await second;
});

test('who came first begins first: a large one is not kept waiting by small ones that fit, but a picture waits for nobody', async () => {
	const comers = new Comers();
	const leave = await comers.come('100', 100);
	const large = comers.come('500', 500);
	const small = comers.come('20', 20);
	await comers.come('picture', 1);
	expect(comers.begun).toEqual(['100', 'picture']);
	leave();
	const leaveLarge = await large;
	await aMoment();
	expect(comers.begun).toEqual(['100', 'picture', '500']);
	leaveLarge();
	await small;
});

test('who is not waited for any more leaves, whether it waits or works, and lets those behind it begin', async () => {
	const comers = new Comers();
	const [working, waiting] = [new AbortController(), new AbortController()];
	const leave = await comers.come('works', 100, working.signal);
	const large = comers.come('waits', 500, waiting.signal);
	const others = [comers.come('fits', 20), comers.come('fits not', 90)];
	waiting.abort();
	await expect(large).rejects.toThrow('The execution was cancelled');
	await others[0];
	expect(comers.begun).toEqual(['works', 'fits']);
	working.abort();
	await others[1];
	// Once is enough: what others hold is theirs.
	leave();
	const last = comers.come('last', 30);
	await aMoment();
	expect(comers.begun).toEqual(['works', 'fits', 'fits not']);
	await expect(comers.come('late', 1, working.signal)).rejects.toThrow('The execution was cancelled');
	(await others[0])?.();
	await last;
});
