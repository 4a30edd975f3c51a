import { backoffMs } from '../ground/backoff';

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
	 * Told of a try in vain that others may have caused: it was not the first one in a row, or storage has asked for fewer requests.
	 *
	 * @param asksForFewer whether storage has, be it that it says so or that it goes on serving others, and not this one
	 */
	hindered(asksForFewer: boolean): void;
}

const SOMEBODY: Seeker = { isWanted: true, hindered() {} };

/** Pauses grow no longer than with so many of them (to 8 seconds): a connection may become free at any time. */
const MOST_SETBACKS = 5;

/** Nobody waits any more for what was tried. */
export class NotWanted extends Error {}

/** Counts tries that brought nothing. A byte on any connection of the package gives hope to all of them. */
export class Hope {
	private seen: number;
	private fruitless = 0;
	private refused = 0;
	private inVain = 0;
	private whileOthersWereServed = 0;
	private broughtBytes = false;

	constructor(
		private readonly remote: Arriving,
		private readonly seeker: Seeker = SOMEBODY,
	) {
		this.seen = remote.received;
	}

	/**
	 * Tries in a row that were in vain. What others receive meanwhile is no reason to forget them: it may be as much as storage grants.
	 */
	get setbacks(): number {
		return Math.min(this.inVain, MOST_SETBACKS);
	}

	/** Bytes of what was asked for have arrived. */
	served(): void {
		this.inVain = 0;
		this.whileOthersWereServed = 0;
		this.broughtBytes = true;
	}

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
		const othersWereServed = this.look();
		this.fruitless++;
		// A connection that breaks after it has brought something was granted.
		if (!this.broughtBytes) {
			this.inVain++;
			this.whileOthersWereServed = othersWereServed ? this.whileOthersWereServed + 1 : 0;
		}
		this.broughtBytes = false;
		// Twice in a row is no accident: somebody grants so many connections, and ends all others.
		const asksForFewer = isSlowDown || this.whileOthersWereServed > 1;
		if (asksForFewer || this.fruitless > 1) this.seeker.hindered(asksForFewer);
		return this.fruitless;
	}

	/** How long to wait after a try in vain, in milliseconds. A line that has just brought something is asked again at once. */
	pauseMs(isSlowDown: boolean): number {
		const inVain = Math.max(this.fruitless, this.setbacks);
		return inVain <= 1 && !isSlowDown ? 0 : backoffMs(Math.max(1, inVain - 1));
	}

	/** @returns how many URLs in a row, this one included, were refused */
	refuse(): number {
		this.look();
		this.inVain++;
		return ++this.refused;
	}

	/** @returns whether anything has arrived since it last looked */
	private look(): boolean {
		if (this.remote.received === this.seen) return false;
		this.seen = this.remote.received;
		this.fruitless = 0;
		this.refused = 0;
		return true;
	}
}
