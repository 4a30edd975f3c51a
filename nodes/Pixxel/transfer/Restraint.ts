/** For how long no more connections are opened than storage last put up with. Twice as long each time. */
const FIRST_RESTRAINT_MS = 30_000;

/** What storage that refuses connections puts up with, for a while. */
export class Restraint {
	private bound = Infinity;
	private lastsMs = FIRST_RESTRAINT_MS;

	/** Point in time (ms) until which it holds. */
	until = 0;

	constructor(private readonly now: () => number) {}

	/** Most connections at the moment. */
	get most(): number {
		return this.now() < this.until ? this.bound : Infinity;
	}

	/** @param served connections that storage serves while it refuses another one */
	learn(served: number): void {
		this.bound = Math.max(1, served);
		if (this.now() < this.until) return;
		this.until = this.now() + this.lastsMs;
		this.lastsMs *= 2;
	}
}
