/** Bytes of a package that arrived before their turn, in all connections together, at most. */
export const MAX_BUFFERED_BYTES = 48 * 1024 * 1024;

/** What one of those who read of a package at the same time may take at the moment. */
export interface ResourceShare {
	/** Connections at a time. */
	readonly connections: number;
	/** Bytes that may have arrived before their turn. */
	readonly memory: number;
}
