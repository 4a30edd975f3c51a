/** Bytes of a package that lie beside each other. */
export interface Stretch {
	from: number;
	/** First byte after the last one. */
	end: number;
}

const finiteBytes = ({ from, end }: Stretch) => (end === Infinity ? 0 : end - from);

/** Which bytes nobody has begun to fetch yet, in their order. */
export class Stretches {
	/** The last one is the first. */
	private readonly left: Stretch[];

	/** Bytes in all of them but an endless one: kept, for it is asked with each chunk, and there may be thousands of stretches. */
	private finite = 0;

	/** @param stretches ascending, and apart from each other */
	constructor(stretches: readonly Stretch[]) {
		this.left = stretches.filter(({ from, end }) => end > from).reverse();
		for (const stretch of this.left) this.finite += finiteBytes(stretch);
	}

	/** The first of these bytes; Infinity where there are none. */
	get from(): number {
		return this.left.at(-1)?.from ?? Infinity;
	}

	/** Bytes in all of them. */
	get bytes(): number {
		return this.left[0]?.end === Infinity ? Infinity : this.finite;
	}

	/** The next bytes, at most so many, and never of two stretches; undefined where none is left. */
	take(most: number): Stretch | undefined {
		const next = this.left.pop();
		if (next === undefined) return undefined;
		this.finite -= finiteBytes(next);
		const end = Math.min(next.end, next.from + most);
		this.giveBack({ from: end, end: next.end });
		return { from: next.from, end };
	}

	/** Has a stretch fetched that somebody had begun with. */
	giveBack(stretch: Stretch): void {
		if (stretch.end <= stretch.from) return;
		const place = this.left.findLastIndex(({ from }) => from > stretch.from);
		const next = this.left[place];
		if (next?.from !== stretch.end) {
			this.left.splice(place + 1, 0, stretch);
			this.finite += finiteBytes(stretch);
			return;
		}
		// Bytes that lie beside each other take one request.
		const both = { from: stretch.from, end: next.end };
		this.left[place] = both;
		this.finite += finiteBytes(both) - finiteBytes(next);
	}
}
