/** Something of whose bytes more and more arrive. */
interface Arriving {
	/** Bytes so far, over all connections and tries. */
	readonly received: number;
}

/** Whoever the tries are made for. */
interface Seeker {
	/** Whether somebody still waits for what is tried. */
	readonly isWanted: boolean;
	/**
	 * Told of a try in vain that others may have caused: storage has asked for fewer requests, or it was not the
	 * first such try in a row.
	 */
	hindered(isSlowDown: boolean): void;
}

const SOMEBODY: Seeker = { isWanted: true, hindered() {} };

/** Nobody waits any more for what was tried. */
export class NotWanted extends Error {}

/** Counts tries that brought nothing. A byte on any connection of the package gives hope to all of them. */
export class Hope {
	private seen = 0;
	private fruitless = 0;
	private refused = 0;

	constructor(
		private readonly remote: Arriving,
		private readonly seeker: Seeker = SOMEBODY,
	) {}

	/** Whether there is nobody to try for any more. */
	get isOver(): boolean {
		return !this.seeker.isWanted;
	}

	/** @throws NotWanted where there is nobody to try for */
	check(): void {
		if (this.isOver) throw new NotWanted();
	}

	/**
	 * @returns how many tries in a row, this one included, brought nothing
	 * @throws NotWanted
	 */
	lose(isSlowDown: boolean): number {
		this.check();
		this.look();
		this.fruitless++;
		if (isSlowDown || this.fruitless > 1) this.seeker.hindered(isSlowDown);
		return this.fruitless;
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
