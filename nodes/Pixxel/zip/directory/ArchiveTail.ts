import type { ByteRange } from '../../bytes/ByteRange';
import { readAll } from '../../bytes/readAll';
import type { ArchiveSource } from '../format/ArchiveSource';

/** The last bytes of an archive: those that came with the first request, and more of them where that is needed. */
export class ArchiveTail {
	private bytes: Buffer;

	constructor(private readonly source: ArchiveSource) {
		this.bytes = source.tail;
	}

	get length(): number {
		return this.source.length;
	}

	/** Where the bytes begin that are here. */
	get start(): number {
		return this.length - this.bytes.length;
	}

	/** Reads as far back as `start`, unless that is here already. */
	async reach(start: number): Promise<void> {
		const range = { start: Math.max(0, start), end: this.start };
		if (range.start < range.end) this.bytes = Buffer.concat([await readAll(this.source.read([range])), this.bytes]);
	}

	/** Bytes that have been reached. */
	slice({ start, end }: ByteRange): Buffer {
		return this.bytes.subarray(start - this.start, end - this.start);
	}

	/** Where a signature stands for the last time, at `before` or in front of it, as far as has been reached. */
	lastIndexOf(signature: Buffer, before: number): number | undefined {
		const at = before < this.start ? -1 : this.bytes.lastIndexOf(signature, before - this.start);
		return at < 0 ? undefined : this.start + at;
	}

	/** Bytes from anywhere in the archive; undefined where it has none there. */
	async look(range: ByteRange): Promise<Buffer | undefined> {
		if (range.start < 0 || range.end > this.length) return undefined;
		return range.start >= this.start ? this.slice(range) : await readAll(this.source.read([range]));
	}
}
