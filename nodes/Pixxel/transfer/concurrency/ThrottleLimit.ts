/** For how long no more connections are opened than storage served when it refused more. Twice as long each time. */
const FIRST_PERIOD_MS = 30_000;

/** How many connections storage serves that refuses more, for a while. */
export class ThrottleLimit {
	private served = Infinity;
	private periodMs = FIRST_PERIOD_MS;

	/** Point in time (ms) until which it holds. */
	until = 0;

	constructor(private readonly now: () => number) {}

	/** Most connections at the moment. */
	get limit(): number {
		return this.now() < this.until ? this.served : Infinity;
	}

	/** @param served connections that storage serves while it refuses another one */
	recordRefusal(served: number): void {
		this.served = Math.max(1, served);
		if (this.now() < this.until) return;
		this.until = this.now() + this.periodMs;
		this.periodMs *= 2;
	}
}
