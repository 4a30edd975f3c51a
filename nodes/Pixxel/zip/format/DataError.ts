/** What may be wrong with the bytes of a file. */
export type DataFault = 'damaged' | 'another checksum' | 'another size';

/** Bytes that are not what they are said to be. */
export class DataError extends Error {
	constructor(readonly fault: DataFault) {
		super(fault);
	}
}
