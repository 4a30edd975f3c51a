import { Stretches } from '../../nodes/Pixxel/transfer/Stretches.ts';
import fc from '../drawn.mts';

/** Takes all that is left, piece by piece. */
function taken(stretches: Stretches, most = Infinity): Array<[number, number]> {
	const found: Array<[number, number]> = [];
	for (let next = stretches.take(most); next; next = stretches.take(most)) found.push([next.from, next.end]);
	return found;
}

test('are taken in their order, never two at once; what is given back comes in its place, joined to what it lies beside', () => {
	const stretches = new Stretches([{ from: 0, end: 10 }, { from: 20, end: 20 }, { from: 30, end: 50 }]);
	expect(stretches.bytes).toBe(30);
	expect(stretches.take(4)).toEqual({ from: 0, end: 4 });
	expect(stretches.take(100)).toEqual({ from: 4, end: 10 });
	expect([stretches.from, stretches.bytes]).toEqual([30, 20]);
	expect(stretches.take(5)).toEqual({ from: 30, end: 35 });
	stretches.giveBack({ from: 33, end: 35 });
	stretches.giveBack({ from: 8, end: 10 });
	expect([stretches.from, stretches.bytes]).toEqual([8, 19]);
	expect(taken(stretches)).toEqual([[8, 10], [33, 50]]);
	expect([stretches.from, stretches.bytes]).toEqual([Infinity, 0]);
});

test('may have no end', () => {
	const stretches = new Stretches([{ from: 0, end: Infinity }]);
	expect(stretches.take(10)).toEqual({ from: 0, end: 10 });
	expect(stretches.bytes).toBe(Infinity);
	stretches.giveBack({ from: 5, end: 10 });
	expect([stretches.bytes, stretches.take(Infinity), stretches.bytes]).toEqual([Infinity, { from: 5, end: Infinity }, 0]);
});

test('whatever is taken and given back, they know how many bytes they have', () => {
	const steps = fc.array(fc.record({ most: fc.integer({ min: 1, max: 40 }), back: fc.integer({ min: 0, max: 40 }) }), { maxLength: 30 });
	fc.assert(
		fc.property(steps, (drawn) => {
			const stretches = new Stretches(Array.from({ length: 10 }, (_, n) => ({ from: 50 * n, end: 50 * n + 30 })));
			let left = 300;
			for (const { most, back } of drawn) {
				const next = stretches.take(most);
				if (!next) break;
				const from = Math.max(next.from, next.end - back);
				stretches.giveBack({ from, end: next.end });
				left -= from - next.from;
				expect(stretches.bytes).toBe(left);
			}
			expect(taken(stretches).reduce((sum, [from, end]) => sum + end - from, 0)).toBe(left);
		}),
	);
});

test('of two hundred thousand, summed up anew at each step, they would take minutes', () => {
	const stretches = new Stretches(Array.from({ length: 200_000 }, (_, n) => ({ from: 2 * n, end: 2 * n + 1 })));
	const startedAt = performance.now();
	for (let left = 200_000; left > 0; left--) {
		if (stretches.bytes !== left) throw new Error(`${stretches.bytes} are not ${left}`);
		stretches.take(1);
	}
	expect(performance.now() - startedAt).toBeLessThan(20_000);
});
