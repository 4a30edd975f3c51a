/**
 * Frees the memory of a chunk that nobody reads any more now, where Node can (from 22 on). Else it is garbage until the collector comes: of
 * a package that arrives at 300 MB/s tens of MB, and a tenth of the time goes into collecting it. A chunk
 * that is part of some larger memory is left alone, for others may look at the rest.
 */
export function releaseBuffer(chunk: Uint8Array): void {
	const memory: { byteLength: number; transfer?: (newByteLength: number) => unknown } = chunk.buffer;
	if (memory.byteLength === chunk.byteLength) memory.transfer?.(0);
}
