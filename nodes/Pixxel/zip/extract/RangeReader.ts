import type { ByteRange } from '../../bytes/ByteRange';
import { readAll } from '../../bytes/readAll';

/** Reads ranges of something, one after the other, and knows where it is. */
export class RangeReader {
	private readonly chunks: AsyncIterator<Buffer>;
	private readonly ranges: ByteRange[];
	private chunk: Buffer = Buffer.alloc(0);

	/** @param ranges whose bytes `chunks` are, ascending and apart from each other */
	constructor(chunks: AsyncGenerator<Buffer>, ranges: readonly ByteRange[]) {
		this.chunks = chunks[Symbol.asyncIterator]();
		this.ranges = ranges.map((range) => ({ ...range }));
	}

	/** Where the next byte lies. */
	get position(): number {
		return this.ranges[0]?.start ?? Infinity;
	}

	/** Passes over what comes before `position`. */
	async skipTo(position: number): Promise<void> {
		while (this.position < position) await this.next(position - this.position);
	}

	/** Bytes from here on that lie beside each other. */
	get inOnePiece(): number {
		const [range] = this.ranges;
		return range === undefined ? 0 : range.end - range.start;
	}

	/** Passes over so many bytes. */
	async skip(bytes: number): Promise<void> {
		for await (const part of this.stream(bytes)) void part;
	}

	/** Exactly so many bytes; fewer only at the end of all. */
	async take(bytes: number): Promise<Buffer> {
		return await readAll(this.stream(bytes));
	}

	/** So many bytes, as they come. */
	async *stream(bytes: number): AsyncGenerator<Buffer> {
		for (let left = bytes; left > 0; ) {
			const part = await this.next(left);
			if (part === undefined) return;
			left -= part.length;
			yield part;
		}
	}

	/** Ends the reading. */
	async close(): Promise<void> {
		await this.chunks.return?.();
	}

	/** The next bytes, at most so many. */
	private async next(most: number): Promise<Buffer | undefined> {
		const [range] = this.ranges;
		if (range === undefined) return undefined;
		while (this.chunk.length === 0) {
			const { done, value } = await this.chunks.next();
			if (done) {
				this.ranges.length = 0;
				return undefined;
			}
			this.chunk = value;
		}
		const part = this.chunk.subarray(0, Math.min(most, range.end - range.start));
		this.chunk = this.chunk.subarray(part.length);
		range.start += part.length;
		if (range.start === range.end) this.ranges.shift();
		return part;
	}
}
