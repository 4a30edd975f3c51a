import type { ByteRange } from '../../bytes/ByteRange';

const finiteBytes = ({ start, end }: ByteRange) => (end === Infinity ? 0 : end - start);

/** The bytes whose fetching has not started yet, in their order. */
export class PendingRanges {
	/** In descending order: the last one is the first to be fetched. */
	private readonly ranges: ByteRange[];

	/** Bytes in all of them but an endless one: kept, for it is asked with each chunk, and there may be thousands of ranges. */
	private finite = 0;

	/** @param ranges ascending, and apart from each other */
	constructor(ranges: readonly ByteRange[]) {
		this.ranges = ranges.filter(({ start, end }) => end > start).reverse();
		for (const range of this.ranges) this.finite += finiteBytes(range);
	}

	/** The first of these bytes; Infinity where there are none. */
	get start(): number {
		return this.ranges.at(-1)?.start ?? Infinity;
	}

	/** Bytes in all of them. */
	get bytes(): number {
		return this.ranges[0]?.end === Infinity ? Infinity : this.finite;
	}

	/** The next bytes, at most so many, and never of two ranges; undefined where none is left. */
	take(most: number): ByteRange | undefined {
		const next = this.ranges.pop();
		if (next === undefined) return undefined;
		this.finite -= finiteBytes(next);
		const end = Math.min(next.end, next.start + most);
		this.insert({ start: end, end: next.end });
		return { start: next.start, end };
	}

	/** Puts a range back whose fetching had started. */
	insert(range: ByteRange): void {
		if (range.end <= range.start) return;
		const place = this.ranges.findLastIndex(({ start }) => start > range.start);
		const next = this.ranges[place];
		if (next?.start !== range.end) {
			this.ranges.splice(place + 1, 0, range);
			this.finite += finiteBytes(range);
			return;
		}
		// Bytes that lie beside each other take one request.
		const both = { start: range.start, end: next.end };
		this.ranges[place] = both;
		this.finite += finiteBytes(both) - finiteBytes(next);
	}
}
