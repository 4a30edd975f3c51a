/** What a ZIP archive is read from. */
export interface Source {
	/** Bytes in all. */
	readonly length: number;
	/** The last {@link TAIL_BYTES} of them, or all. */
	readonly tail: Buffer;
	/** The bytes of stretches (`end`: first byte after the last one), ascending and apart from each other, one after the other. */
	read(stretches: ReadonlyArray<{ from: number; end: number }>): AsyncGenerator<Buffer>;
}

/** A comment may have 65,535 bytes, and the records before it about a hundred: with this, the end is always found at once. */
export const TAIL_BYTES = 66 * 1024;
