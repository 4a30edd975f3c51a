/** Bytes that lie beside each other. */
export interface ByteRange {
	start: number;
	/** First byte after the last one; Infinity where the end is not known. */
	end: number;
}
