/** Bytes of a package that lie beside each other. */
export interface Stretch {
	from: number;
	/** First byte after the last one. */
	end: number;
}

/** Which bytes nobody has begun to fetch yet, in the order in which they are wanted. */
export class Stretches {
	private readonly left: Stretch[];

	constructor(stretches: readonly Stretch[]) {
		this.left = stretches.filter(({ from, end }) => end > from).reverse();
	}

	get isEmpty(): boolean {
		return this.left.length === 0;
	}

	/** Bytes in all of them. */
	get bytes(): number {
		return this.left.reduce((sum, { from, end }) => sum + end - from, 0);
	}

	/** The next bytes, at most so many, and never of two stretches; undefined where none is left. */
	take(most: number): Stretch | undefined {
		const next = this.left.pop();
		if (next === undefined) return undefined;
		const end = Math.min(next.end, next.from + most);
		this.giveBack({ from: end, end: next.end });
		return { from: next.from, end };
	}

	/** Has a stretch fetched next that somebody had begun with. */
	giveBack(stretch: Stretch): void {
		if (stretch.end > stretch.from) this.left.push(stretch);
	}
}
