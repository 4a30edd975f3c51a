import type { ResourceShare } from './ResourceShare';
import { isWorthParallel, segmentBytes } from './segmentSizing';
import {
	FAST_CONNECTION_BYTES_PER_SECOND,
	isFasterInParallel,
	isHighLatency,
	maxRampUpMs,
	probeMs,
	roundTripMs,
	sampleMs,
} from './throughputModel';
import { ThrottleLimit } from './ThrottleLimit';
import { ThroughputSample } from './ThroughputSample';

/** A connection whose speed differs by no more than this from one sample to the next has ramped up. */
const STEADY_RATIO = 1.5;

/** When several connections are tried again if they were not worth it: it may have been a bad moment. Twice as long each time. */
const FIRST_PROBE_DELAY_MS = 10_000;

/**
 * Over how many connections a package is fetched: a single one until it proves to be the bottleneck, or storage to be far away; then several,
 * if a probe shows that they are worth it. See `throughputModel.ts` for what leads from one state to another.
 */
export class AdaptiveConcurrency {
	private state: 'single' | 'probing' | 'parallel' = 'single';
	/** What a single connection has shown: its highest speed, in bytes per second. */
	private singleSpeed = 0;
	private rampingUp = true;

	private sample: ThroughputSample;
	private lastSpeed = 0;
	private since: number;
	private nextProbeAt = 0;
	private probeDelayMs = FIRST_PROBE_DELAY_MS;
	private readonly throttle: ThrottleLimit;

	/**
	 * @param share of the package's connections and memory
	 * @param line what is known of the line by now
	 */
	constructor(
		readonly share: ResourceShare,
		private readonly line: { readonly firstByteMs: number },
		private readonly now: () => number,
	) {
		this.since = now();
		this.throttle = new ThrottleLimit(now);
		this.sample = new ThroughputSample(this.since, now);
	}

	/** Whether the only connection goes on to the end. */
	get isSingle(): boolean {
		return this.state === 'single';
	}

	/** Most connections at the moment. */
	get connections(): number {
		return this.isSingle ? 1 : Math.min(this.share.connections, this.throttle.limit);
	}

	/** Bytes in a segment. */
	get segmentBytes(): number {
		const speed = this.rampingUp ? undefined : this.singleSpeed;
		return segmentBytes(this.connections, this.roundTripMs, speed, this.share.memory);
	}

	private get roundTripMs(): number {
		return roundTripMs(this.line.firstByteMs);
	}

	/** Whether so many bytes are enough for more than one connection. */
	isWorthParallel(bytes: number): boolean {
		return isWorthParallel(bytes, this.share.connections, this.roundTripMs, this.share.memory);
	}

	/**
	 * Whether more than one connection may come into question before the first one has shown what it can do. Not only far away: storage that
	 * thinks for a while before its first byte looks the same, and gains as much.
	 */
	get mayProbeEarly(): boolean {
		return this.share.connections > 1 && isHighLatency(this.roundTripMs);
	}

	/**
	 * Looks at a first connection that has just begun, far away.
	 *
	 * @param speed in bytes per second
	 * @returns whether others are opened beside it
	 */
	probeEarly(speed: number): boolean {
		if (!this.mayProbeEarly || !this.isSingle || speed >= FAST_CONNECTION_BYTES_PER_SECOND) return false;
		return this.enter('probing');
	}

	/** Storage has refused a connection, while it served so many others. */
	onThrottled(servedConnections: number): void {
		if (this.isSingle) return;
		this.throttle.recordRefusal(servedConnections);
		if (servedConnections > 1) return;
		this.nextProbeAt = this.throttle.until;
		this.enter('single');
	}

	/**
	 * Tells what the reader has just experienced.
	 *
	 * @param bytes that have arrived since the last time, over all connections
	 * @param waitedMs how long the reader had to wait
	 * @param isAlone whether only one connection has brought anything that is not read yet
	 * @returns whether the number of connections has just changed
	 */
	observe(bytes: number, waitedMs: number, isAlone: boolean): boolean {
		if (this.share.connections === 1 || this.state === 'parallel') return false;
		this.sample.add(bytes, waitedMs);
		if (this.isSingle && !isAlone) this.enter('single');
		if (this.isSingle || isAlone) return this.sampleSingle();
		const half = probeMs(this.roundTripMs) / 2;
		// The first half is for opening, and for ramping up.
		if (this.now() - this.since < half) this.startSample();
		return this.sample.durationMs >= half && this.evaluateProbe();
	}

	/** Takes the speed of a single connection, and opens others beside it if that may help. */
	private sampleSingle(): boolean {
		if (this.sample.durationMs < sampleMs(this.roundTripMs)) return false;
		const { bytesPerSecond, isNetworkBound } = this.sample;
		const isSteady = bytesPerSecond <= this.lastSpeed * STEADY_RATIO && this.lastSpeed <= bytesPerSecond * STEADY_RATIO;
		this.rampingUp = !isSteady && this.now() - this.since < maxRampUpMs(this.roundTripMs);
		// The better one of two, for a line may pause.
		this.singleSpeed = Math.max(bytesPerSecond, this.lastSpeed);
		this.lastSpeed = bytesPerSecond;
		this.startSample();
		if (!this.isSingle || this.rampingUp || !isNetworkBound) return false;
		if (this.singleSpeed >= FAST_CONNECTION_BYTES_PER_SECOND || this.now() < this.nextProbeAt) return false;
		return this.enter('probing');
	}

	private evaluateProbe(): boolean {
		if (isFasterInParallel(this.singleSpeed, this.sample.bytesPerSecond)) {
			this.state = 'parallel';
			return false;
		}
		this.nextProbeAt = this.now() + this.probeDelayMs;
		this.probeDelayMs *= 2;
		return this.enter('single');
	}

	private enter(state: 'single' | 'probing'): boolean {
		this.state = state;
		this.since = this.now();
		if (state === 'single') {
			this.singleSpeed = 0;
			this.rampingUp = true;
			this.lastSpeed = 0;
		}
		this.startSample();
		return true;
	}

	private startSample(): void {
		this.sample = new ThroughputSample(this.now(), this.now);
	}
}
