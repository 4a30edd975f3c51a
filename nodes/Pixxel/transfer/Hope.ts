/** Something of whose bytes more and more arrive. */
interface Arriving {
	/** Bytes so far, over all connections and tries. */
	readonly received: number;
}

/** Counts tries that brought nothing. A byte on any connection of the package gives hope to all of them. */
export class Hope {
	private seen = 0;
	private fruitless = 0;
	private refused = 0;

	constructor(private readonly remote: Arriving) {}

	/** @returns how many tries in a row, this one included, brought nothing */
	lose(): number {
		this.look();
		return ++this.fruitless;
	}

	/** @returns how many URLs in a row, this one included, were refused */
	refuse(): number {
		this.look();
		return ++this.refused;
	}

	private look(): void {
		if (this.remote.received === this.seen) return;
		this.seen = this.remote.received;
		this.fruitless = 0;
		this.refused = 0;
	}
}
