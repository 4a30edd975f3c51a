/** How often something is used before the next one's turn. */
export interface Use {
	/** Default 1. */
	times?: number;
	/** For ever. */
	repeat?: boolean;
}

/** Things that are used in their order, each as often as it says. */
export class Uses<Thing extends Use> {
	private waiting: Array<{ thing: Thing; left: number }> = [];

	add(things: Thing[]): void {
		this.waiting.push(...things.map((thing) => ({ thing, left: thing.repeat ? Infinity : (thing.times ?? 1) })));
	}

	clear(): void {
		this.waiting = [];
	}

	/** Uses the first that fits. */
	take(fits: (thing: Thing) => boolean): Thing | undefined {
		const index = this.waiting.findIndex(({ thing }) => fits(thing));
		const next = this.waiting[index];
		if (next === undefined) return undefined;
		next.left -= 1;
		if (next.left <= 0) this.waiting.splice(index, 1);
		return next.thing;
	}

	/** Uses that are left; one without end counts once. */
	get left(): number {
		return this.waiting.reduce((sum, { left }) => sum + (left === Infinity ? 1 : left), 0);
	}
}
