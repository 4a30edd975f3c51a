import { CENTRAL_HEADER_BYTES, CENTRAL_HEADER_SIGNATURE, signatureBytes } from '../format/zipFormat';

/** The headers that stand one after the other from the beginning of some bytes on. */
export interface HeaderChain {
	count: number;
	/** Where the last one ends; a comment that is cut off ends where the bytes do. */
	end: number;
}

/** Where a central header that is whole, but perhaps for the end of its comment, is followed by the next one; undefined where there is none. */
export function centralHeaderEnd(bytes: Buffer, at: number): number | undefined {
	if (at + CENTRAL_HEADER_BYTES > bytes.length || bytes.readUInt32LE(at) !== CENTRAL_HEADER_SIGNATURE) return undefined;
	const extraEnd = at + CENTRAL_HEADER_BYTES + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30);
	return extraEnd > bytes.length ? undefined : Math.min(bytes.length, extraEnd + bytes.readUInt16LE(at + 32));
}

/** Follows the headers of a directory. */
export function followHeaders(bytes: Buffer): HeaderChain {
	const chain = { count: 0, end: 0 };
	for (let next = centralHeaderEnd(bytes, 0); next !== undefined; next = centralHeaderEnd(bytes, next)) {
		chain.count++;
		chain.end = next;
	}
	return chain;
}

const SIGNATURE = signatureBytes(CENTRAL_HEADER_SIGNATURE);

/** Where the longest chain of headers begins that ends exactly where the bytes do, however much stands before it. */
export function startOfChain(bytes: Buffer): number | undefined {
	const starts = new Set([bytes.length]);
	let first: number | undefined;
	for (let at = bytes.length; (at = at > 0 ? bytes.lastIndexOf(SIGNATURE, at - 1) : -1) >= 0; ) {
		const end = centralHeaderEnd(bytes, at);
		if (end === undefined || !starts.has(end)) continue;
		starts.add(at);
		first = at;
	}
	return first;
}
