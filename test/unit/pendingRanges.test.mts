import { PendingRanges } from '../../nodes/Pixxel/transfer/segments/PendingRanges.ts';
import fc from '../drawn.mts';

/** Takes all that is left, piece by piece. */
function taken(pending: PendingRanges, most = Infinity): Array<[number, number]> {
	const found: Array<[number, number]> = [];
	for (let next = pending.take(most); next; next = pending.take(most)) found.push([next.start, next.end]);
	return found;
}

test('are taken in their order, never two at once; what is given back comes in its place, joined to what it lies beside', () => {
	const pending = new PendingRanges([{ start: 0, end: 10 }, { start: 20, end: 20 }, { start: 30, end: 50 }]);
	expect(pending.bytes).toBe(30);
	expect(pending.take(4)).toEqual({ start: 0, end: 4 });
	expect(pending.take(100)).toEqual({ start: 4, end: 10 });
	expect([pending.start, pending.bytes]).toEqual([30, 20]);
	expect(pending.take(5)).toEqual({ start: 30, end: 35 });
	pending.insert({ start: 33, end: 35 });
	pending.insert({ start: 8, end: 10 });
	expect([pending.start, pending.bytes]).toEqual([8, 19]);
	expect(taken(pending)).toEqual([[8, 10], [33, 50]]);
	expect([pending.start, pending.bytes]).toEqual([Infinity, 0]);
});

test('may have no end', () => {
	const pending = new PendingRanges([{ start: 0, end: Infinity }]);
	expect(pending.take(10)).toEqual({ start: 0, end: 10 });
	expect(pending.bytes).toBe(Infinity);
	pending.insert({ start: 5, end: 10 });
	expect([pending.bytes, pending.take(Infinity), pending.bytes]).toEqual([Infinity, { start: 5, end: Infinity }, 0]);
});

test('whatever is taken and given back, they know how many bytes they have', () => {
	const steps = fc.array(fc.record({ most: fc.integer({ min: 1, max: 40 }), back: fc.integer({ min: 0, max: 40 }) }), { maxLength: 30 });
	fc.assert(
		fc.property(steps, (drawn) => {
			const pending = new PendingRanges(Array.from({ length: 10 }, (_, n) => ({ start: 50 * n, end: 50 * n + 30 })));
			let left = 300;
			for (const { most, back } of drawn) {
				const next = pending.take(most);
				if (!next) break;
				const start = Math.max(next.start, next.end - back);
				pending.insert({ start, end: next.end });
				left -= start - next.start;
				expect(pending.bytes).toBe(left);
			}
			expect(taken(pending).reduce((sum, [start, end]) => sum + end - start, 0)).toBe(left);
		}),
	);
});

test('of two hundred thousand, summed up anew at each step, they would take minutes', () => {
	const pending = new PendingRanges(Array.from({ length: 200_000 }, (_, n) => ({ start: 2 * n, end: 2 * n + 1 })));
	const startedAt = performance.now();
	for (let left = 200_000; left > 0; left--) {
		if (pending.bytes !== left) throw new Error(`${pending.bytes} are not ${left}`);
		pending.take(1);
	}
	expect(performance.now() - startedAt).toBeLessThan(20_000);
});
