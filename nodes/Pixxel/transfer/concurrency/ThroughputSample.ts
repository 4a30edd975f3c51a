/** What a reader and its connections went through in a span of time. */
export class ThroughputSample {
	private bytes = 0;
	private waitedMs = 0;

	constructor(
		private readonly start: number,
		private readonly now: () => number,
	) {}

	/**
	 * @param bytes that have arrived, whether it was their turn or not
	 * @param waitedMs how long the reader waited for those whose turn it was
	 */
	add(bytes: number, waitedMs: number): void {
		this.bytes += bytes;
		this.waitedMs += waitedMs;
	}

	get durationMs(): number {
		return this.now() - this.start;
	}

	/** Bytes per second. */
	get bytesPerSecond(): number {
		return (this.bytes / Math.max(1, this.durationMs)) * 1_000;
	}

	/** A reader that hardly waits is the slower one of the two: a slow disk, say. */
	get isNetworkBound(): boolean {
		return this.waitedMs > this.durationMs / 2;
	}
}
