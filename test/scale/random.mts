/** A source of numbers that look random and are the same for the same seed. */
export interface Random {
	/** A whole number from `least` to `most`. */
	between(least: number, most: number): number;
	/** One of the entries, each as likely as its weight says. */
	pick<T>(weighted: ReadonlyArray<readonly [weight: number, value: T]>): T;
}

/** The generator known as mulberry32: small, and even enough for choosing what comes next. */
export function seeded(seed: number): Random {
	let state = seed;
	const next = () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	return {
		between: (least, most) => least + Math.floor(next() * (most - least + 1)),
		pick(weighted) {
			let left = next() * weighted.reduce((sum, [weight]) => sum + weight, 0);
			for (const [weight, value] of weighted) {
				left -= weight;
				if (left < 0) return value;
			}
			throw new Error('nothing to pick from');
		},
	};
}
