import type { AdaptiveConcurrency } from '../concurrency/AdaptiveConcurrency';
import { fitsReadAhead } from '../concurrency/segmentSizing';
import type { Segment } from './Segment';

/** How far the segment whose turn it is runs ahead of the reader. More waits in the system's socket buffer. */
const READ_AHEAD_BYTES = 512 * 1024;

/** The same, as a share of the memory: where many read at the same time, less for each. */
const READ_AHEAD_SHARE = 1 / 12;

/** Has segments wait that are too far ahead of the reader, so that memory is bounded, and those that are needed first go on. */
export class ReadAhead {
	private readonly waiting = new Map<Segment, () => void>();

	/** @param segments in the order in which they are read; the reader is at the first one */
	constructor(
		private readonly segments: readonly Segment[],
		private readonly concurrency: Pick<AdaptiveConcurrency, 'connections' | 'share'>,
	) {}

	/** @returns a promise only where the segment has to wait before it takes more bytes: most of the time it has not */
	awaitCapacity(segment: Segment): Promise<void> | undefined {
		if (this.mayContinue(segment)) return undefined;
		return new Promise((resolve) => this.waiting.set(segment, resolve));
	}

	/** Lets those go on that may by now. */
	wake(): void {
		for (const segment of this.waiting.keys()) if (this.mayContinue(segment)) this.release(segment);
	}

	/** Lets a segment go on, whatever it is to do. */
	release(segment: Segment): void {
		this.waiting.get(segment)?.();
		this.waiting.delete(segment);
	}

	private mayContinue(segment: Segment): boolean {
		const place = this.segments.indexOf(segment);
		const { connections, share } = this.concurrency;
		if (place <= 0) return segment.queue.waiting < Math.min(READ_AHEAD_BYTES, share.memory * READ_AHEAD_SHARE);
		const held = this.segments.reduce((sum, { queue }) => sum + queue.waiting, 0);
		return fitsReadAhead(place, connections, held, share.memory);
	}
}
