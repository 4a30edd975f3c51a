import { gathered } from '../ground/gathered';

/** Reads stretches of something, one after the other, and knows where it is. */
export class StretchReader {
	private readonly chunks: AsyncIterator<Buffer>;
	private readonly stretches: Array<{ from: number; end: number }>;
	private chunk: Buffer = Buffer.alloc(0);

	/** @param stretches whose bytes `chunks` are, ascending and apart from each other */
	constructor(chunks: AsyncGenerator<Buffer>, stretches: ReadonlyArray<{ from: number; end: number }>) {
		this.chunks = chunks[Symbol.asyncIterator]();
		this.stretches = stretches.map((stretch) => ({ ...stretch }));
	}

	/** Where the next byte lies. */
	get position(): number {
		return this.stretches[0]?.from ?? Infinity;
	}

	/** Passes over what comes before `position`. */
	async skipTo(position: number): Promise<void> {
		while (this.position < position) await this.next(position - this.position);
	}

	/** Exactly so many bytes; fewer only at the end of all. */
	async take(bytes: number): Promise<Buffer> {
		return await gathered(this.stream(bytes));
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
		const [stretch] = this.stretches;
		if (stretch === undefined) return undefined;
		while (this.chunk.length === 0) {
			const { done, value } = await this.chunks.next();
			if (done) {
				this.stretches.length = 0;
				return undefined;
			}
			this.chunk = value;
		}
		const part = this.chunk.subarray(0, Math.min(most, stretch.end - stretch.from));
		this.chunk = this.chunk.subarray(part.length);
		stretch.from += part.length;
		if (stretch.from === stretch.end) this.stretches.shift();
		return part;
	}
}
