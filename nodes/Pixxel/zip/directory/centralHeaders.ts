import { CENTRAL_HEADER_BYTES, CENTRAL_HEADER_SIGNATURE, signatureBytes } from '../format/zipFormat';

/** The headers that stand one after the other from the beginning of some bytes on. */
export interface HeaderChain {
	count: number;
	/** Where the last one says that it ends, which may be farther than there are bytes. */
	end: number;
}

/** Where a central header says that the next one follows; undefined where there is none, or not all of its name. */
export function centralHeaderEnd(bytes: Buffer, at: number): number | undefined {
	if (at + CENTRAL_HEADER_BYTES > bytes.length || bytes.readUInt32LE(at) !== CENTRAL_HEADER_SIGNATURE) return undefined;
	const nameEnd = at + CENTRAL_HEADER_BYTES + bytes.readUInt16LE(at + 28);
	return nameEnd > bytes.length ? undefined : nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
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

/** Name, extra fields and comment may have 65,535 bytes each. */
const MAX_HEADER_BYTES = CENTRAL_HEADER_BYTES + 3 * 0xffff;

/** A chain of headers that ends exactly where the bytes do, however much stands before it. */
export interface LastChain {
	start: number;
	count: number;
	/** Whether another header stands so close before it that it may belong to it, and be wrong about its length. */
	isPreceded: boolean;
}

/** The longest one; undefined where there is none. */
export function longestChain(bytes: Buffer): LastChain | undefined {
	const counts = new Map([[bytes.length, 0]]);
	let start = bytes.length;
	let preceding = -Infinity;
	for (let at = bytes.length; (at = at > 0 ? bytes.lastIndexOf(SIGNATURE, at - 1) : -1) >= 0; ) {
		const count = counts.get(centralHeaderEnd(bytes, at) ?? -1);
		if (count === undefined) {
			preceding = Math.max(preceding, at);
			continue;
		}
		counts.set(at, count + 1);
		start = at;
		preceding = -Infinity;
	}
	const count = counts.get(start) ?? 0;
	return count === 0 ? undefined : { start, count, isPreceded: start - preceding <= MAX_HEADER_BYTES };
}
