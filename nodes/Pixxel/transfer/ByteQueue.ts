/**
 * Chunks on their way from one writer to one reader, bounded in bytes. Either side waits for the other.
 */
export class ByteQueue {
	private readonly chunks: Buffer[] = [];
	private bytes = 0;
	private ended = false;
	private error: unknown;
	private wakeReader: (() => void) | undefined;
	private wakeWriter: (() => void) | undefined;

	/** @param limit bytes above which the writer waits */
	constructor(private readonly limit: number) {}

	/** Adds a chunk. A promise is returned only where the writer has to wait: most of the time it has not. */
	push(chunk: Buffer): Promise<void> | undefined {
		this.chunks.push(chunk);
		this.bytes += chunk.length;
		this.wakeReader?.();
		if (this.bytes < this.limit) return undefined;
		return new Promise((resolve) => {
			this.wakeWriter = resolve;
		});
	}

	/** Nothing comes after this. With an error, the reader gets that once it has read what is there. */
	end(error?: unknown): void {
		this.ended = true;
		this.error = error;
		this.wakeReader?.();
	}

	/** Bytes that wait for the reader. */
	get waiting(): number {
		return this.bytes;
	}

	/** Whether a chunk is there without waiting. */
	get hasChunk(): boolean {
		return this.chunks.length > 0;
	}

	/** @returns the next chunk; undefined after the last one */
	async take(): Promise<Buffer | undefined> {
		while (this.chunks.length === 0 && !this.ended) {
			await new Promise<void>((resolve) => {
				this.wakeReader = resolve;
			});
		}
		const chunk = this.chunks.shift();
		if (chunk === undefined) {
			if (this.error !== undefined) throw this.error;
			return undefined;
		}
		this.bytes -= chunk.length;
		if (this.bytes < this.limit) this.wakeWriter?.();
		return chunk;
	}
}
