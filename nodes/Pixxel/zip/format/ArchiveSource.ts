import type { ByteRange } from '../../bytes/ByteRange';

/** What a ZIP archive is read from. */
export interface ArchiveSource {
	/** Bytes in all. */
	readonly length: number;
	/** The last {@link TAIL_BYTES} of them, or all. */
	readonly tail: Buffer;
	/** The bytes of ranges, ascending and apart from each other, one after the other. */
	read(ranges: readonly ByteRange[]): AsyncGenerator<Buffer>;
}

/**
 * Enough for the records at the end and a directory of a hundred files. A fresh connection brings as much with the first byte; for
 * more, TCP needs another round trip or two.
 */
export const TAIL_BYTES = 12 * 1024;
