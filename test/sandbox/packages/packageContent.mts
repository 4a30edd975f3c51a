/** The bytes of one version of a package, readable from any offset. */
export interface Content {
	/** Bytes. */
	readonly size: number;
	/** The ETag's text, without quotes. */
	readonly version: string;
	/** Fills the buffer with the bytes from `offset` on. The caller keeps within `size`. */
	fill(into: Buffer, offset: number): void;
}
