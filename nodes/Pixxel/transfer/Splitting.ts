import { Experience } from './Experience';
import {
	affordsALook,
	blockBytes,
	FAST_ENOUGH,
	hasChanged,
	isLong,
	isWorthCompany,
	judge,
	longestWatchMs,
	type Share,
	type Single,
	stretchMs,
	trialMs,
} from './lineDecisions';
import { Restraint } from './Restraint';

/** A connection whose speed differs by no more than this from one look to the next has gained what it gains. */
const STEADY = 1.5;

/** When several connections are tried again if they were not worth it: it may have been a bad moment. Twice as long each time. */
const FIRST_RETRIAL_MS = 10_000;

/**
 * Over how many connections a package is fetched: one until it proves to be the bottleneck, or the line a long one; several as
 * long as they are worth it. Three states: one connection is watched, several are on trial, several have settled. See
 * `lineDecisions.ts` for what leads from one to another.
 */
export class Splitting {
	private state: 'watched' | 'on trial' | 'settled' = 'watched';
	private single: Single = { speed: 0, gaining: true };
	/** What several connections have shown, in bytes per second, where they have. */
	private several: number | undefined;

	private stretch: Experience;
	private lastSpeed = 0;
	private since: number;
	private nextChangeAt = 0;
	private retrialMs = FIRST_RETRIAL_MS;
	private readonly restraint: Restraint;

	/**
	 * @param share of the package's connections and memory
	 * @param line what is known of the line by now
	 */
	constructor(
		readonly share: Share,
		private readonly line: { readonly roundTripMs: number },
		private readonly now: () => number,
	) {
		this.since = now();
		this.restraint = new Restraint(now);
		this.stretch = new Experience(this.since, now);
	}

	/** Whether the only connection goes on to the end. */
	get isOne(): boolean {
		return this.state === 'watched';
	}

	/** Most connections at the moment. */
	get connections(): number {
		return this.isOne ? 1 : Math.min(this.share.connections, this.restraint.most);
	}

	/** Bytes in a block. */
	get blockBytes(): number {
		const speed = this.single.gaining ? undefined : this.single.speed;
		return blockBytes(this.connections, this.line.roundTripMs, speed, this.share.memory);
	}

	/** Whether so many bytes are enough for more than one connection. */
	isWorth(bytes: number): boolean {
		return isWorthCompany(bytes, this.share.connections, this.line.roundTripMs, this.share.memory);
	}

	/** Whether more than one connection may come into question before the first one has shown what it can do. */
	get opensEarly(): boolean {
		return this.share.connections > 1 && isLong(this.line.roundTripMs);
	}

	/**
	 * Looks at a first connection that has just begun, on a long line.
	 *
	 * @param speed in bytes per second
	 * @returns whether it is given company
	 */
	lookEarly(speed: number): boolean {
		if (!this.opensEarly || !this.isOne || speed >= FAST_ENOUGH) return false;
		return this.become('on trial');
	}

	/** Storage has refused a connection, while it served so many others. */
	refused(served: number): void {
		if (this.isOne) return;
		this.restraint.learn(served);
		if (served > 1) return;
		this.nextChangeAt = this.restraint.until;
		this.become('watched');
	}

	/**
	 * Tells what the reader has just experienced.
	 *
	 * @param bytes that have arrived since the last time, over all connections
	 * @param waitedMs how long the reader had to wait
	 * @param isAlone whether only one connection has brought anything that is not read yet
	 * @param bytesLeft to fetch
	 * @returns whether the number of connections has just changed
	 */
	observe(bytes: number, waitedMs: number, isAlone: boolean, bytesLeft: number): boolean {
		if (this.share.connections === 1) return false;
		this.stretch.add(bytes, waitedMs);
		if (this.isOne && !isAlone) this.become('watched');
		if (this.isOne || (this.state === 'on trial' && isAlone)) return this.watch();
		const half = trialMs(this.line.roundTripMs) / 2;
		// The first half is for opening, and for gaining speed.
		if (this.now() - this.since < half) this.startStretch();
		if (this.state === 'settled') return this.stretch.ms >= 2 * half && this.lookAgain(bytesLeft);
		return this.stretch.ms >= half && this.judgeTrial(bytesLeft);
	}

	/** Takes the speed of a single connection, and gives it company if that may help. */
	private watch(): boolean {
		const { roundTripMs } = this.line;
		if (this.stretch.ms < stretchMs(roundTripMs)) return false;
		const { speed, waitsForConnection } = this.stretch;
		const isSteady = speed <= this.lastSpeed * STEADY && this.lastSpeed <= speed * STEADY;
		const gaining = !isSteady && this.now() - this.since < longestWatchMs(roundTripMs);
		// The better one of two, for a line may pause.
		this.single = { speed: Math.max(speed, this.lastSpeed), gaining };
		this.lastSpeed = speed;
		this.startStretch();
		if (!this.isOne || gaining || !waitsForConnection) return false;
		if (this.several !== undefined) return this.compare(this.several);
		if (this.single.speed >= FAST_ENOUGH || this.now() < this.nextChangeAt) return false;
		return this.become('on trial');
	}

	/** One connection after several: which of them is it to be? */
	private compare(several: number): boolean {
		if (judge(this.single, several, false) !== 'one') return this.become('settled');
		this.several = undefined;
		this.postpone();
		return false;
	}

	private judgeTrial(bytesLeft: number): boolean {
		const { speed } = this.stretch;
		const verdict = judge(this.single, speed, this.affordsALook(bytesLeft, speed));
		if (verdict === 'several') {
			this.several = speed;
			this.state = 'settled';
			this.startStretch();
			return false;
		}
		this.several = verdict === 'look at one' ? speed : undefined;
		if (verdict === 'one') this.postpone();
		return this.become('watched');
	}

	/** Several that have settled are looked at again, for lines change. */
	private lookAgain(bytesLeft: number): boolean {
		const { speed, waitsForConnection } = this.stretch;
		this.startStretch();
		const isDoubtful = !waitsForConnection || hasChanged(speed, this.several ?? 0);
		if (!isDoubtful || this.now() < this.nextChangeAt || !this.affordsALook(bytesLeft, speed)) {
			this.several = Math.max(speed, this.several ?? 0);
			return false;
		}
		this.several = speed;
		this.postpone();
		return this.become('watched');
	}

	private affordsALook(bytesLeft: number, speed: number): boolean {
		return affordsALook((bytesLeft / speed) * 1_000, this.line.roundTripMs);
	}

	private become(state: 'watched' | 'on trial' | 'settled'): boolean {
		this.state = state;
		this.since = this.now();
		if (state === 'watched') {
			this.single = { speed: 0, gaining: true };
			this.lastSpeed = 0;
		}
		this.startStretch();
		return true;
	}

	private startStretch(): void {
		this.stretch = new Experience(this.now(), this.now);
	}

	private postpone(): void {
		this.nextChangeAt = this.now() + this.retrialMs;
		this.retrialMs *= 2;
	}
}
