import type { ByteRange } from '../../bytes/ByteRange';
import type { Failure } from '../../ground/failure';
import type { ArchiveSource } from '../format/ArchiveSource';
import { damagedDirectory, notAZip } from '../format/zipErrors';
import {
	CENTRAL_HEADER_SIGNATURE,
	EOCD_BYTES,
	EOCD_SIGNATURE,
	ZIP64_EOCD_BYTES,
	ZIP64_EOCD_SIGNATURE,
	ZIP64_LOCATOR_BYTES,
	ZIP64_LOCATOR_SIGNATURE,
} from '../format/zipFormat';

/** Where the directory of a ZIP lies. */
export interface CentralDirectoryLocation extends ByteRange {
	/** Entries in it. */
	count: number;
	/** Bytes before the archive's own first one, which its offsets do not count. */
	prefixBytes: number;
}

/** What there is to see of the end of a package. */
export type ArchiveTail = Pick<ArchiveSource, 'length' | 'tail'>;

/**
 * Finds the directory by the records at the end of the package.
 *
 * @returns why there is none, where this is no ZIP or its directory cannot lie where it is said to: as far as is to be seen
 */
export function findCentralDirectory({ length, tail }: ArchiveTail): CentralDirectoryLocation | Failure {
	const tailStart = length - tail.length;
	let isZip = false;
	let found: CentralDirectoryLocation | undefined;
	for (let at = tail.length - EOCD_BYTES; at >= 0; at--) {
		// A comment may hold anything, also what looks like this record; but the true one ends where the package does.
		if (tail.readUInt32LE(at) !== EOCD_SIGNATURE || at + EOCD_BYTES + tail.readUInt16LE(at + 20) !== tail.length) continue;
		isZip = true;
		const location = locateBy(tail, at, tailStart);
		if (location === undefined || !beginsWithEntry(location, tail, tailStart)) continue;
		// Even a whole, empty archive: so one with entries is preferred.
		if (location.count > 0) return location;
		found ??= location;
	}
	return found ?? (isZip ? damagedDirectory('it does not lie where it is said to') : notAZip());
}

/** As far as its beginning is in the tail. */
function beginsWithEntry({ start, count }: CentralDirectoryLocation, tail: Buffer, tailStart: number): boolean {
	return count === 0 || start < tailStart || tail.readUInt32LE(start - tailStart) === CENTRAL_HEADER_SIGNATURE;
}

function locateBy(tail: Buffer, at: number, tailStart: number): CentralDirectoryLocation | undefined {
	const locator = at - ZIP64_LOCATOR_BYTES;
	if (locator >= 0 && tail.readUInt32LE(locator) === ZIP64_LOCATOR_SIGNATURE) return locateByZip64(tail, locator, tailStart);
	const [disk, firstDisk] = [tail.readUInt16LE(at + 4), tail.readUInt16LE(at + 6)];
	if (disk !== 0 || firstDisk !== 0) return undefined;
	return locationOf(tail.readUInt32LE(at + 16), tail.readUInt32LE(at + 12), tail.readUInt16LE(at + 10), tailStart + at);
}

function locateByZip64(tail: Buffer, locator: number, tailStart: number): CentralDirectoryLocation | undefined {
	const said = Number(tail.readBigUInt64LE(locator + 8)) - tailStart;
	// Bytes before the archive shift all offsets: then the record is looked for where it stands most often.
	const at = [said, locator - ZIP64_EOCD_BYTES].find(
		(candidate) => candidate >= 0 && candidate + ZIP64_EOCD_BYTES <= locator && tail.readUInt32LE(candidate) === ZIP64_EOCD_SIGNATURE,
	);
	if (at === undefined) return undefined;
	const large = (offset: number) => Number(tail.readBigUInt64LE(at + offset));
	return locationOf(large(48), large(40), large(32), tailStart + at);
}

/** @param end where the directory ends, and the record after it begins */
function locationOf(offset: number, bytes: number, count: number, end: number): CentralDirectoryLocation | undefined {
	const start = end - bytes;
	const prefixBytes = start - offset;
	const isPossible = [offset, bytes, count].every(Number.isSafeInteger) && start >= 0 && prefixBytes >= 0;
	return isPossible ? { start, end, count, prefixBytes } : undefined;
}
