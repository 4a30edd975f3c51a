import type { Failure } from '../ground/failure';
import { damagedDirectory, notAZip } from './flaws';
import type { Source } from './source';

const END = 0x06054b50;
const END_BYTES = 22;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END = 0x06064b50;
const ZIP64_END_BYTES = 56;
const ENTRY = 0x02014b50;

/** Where the directory of a ZIP lies. */
export interface DirectoryPlace {
	from: number;
	/** First byte after it. */
	end: number;
	/** Entries in it. */
	count: number;
	/** Bytes before the archive's own first one, which its offsets do not count. */
	shift: number;
}

/** What there is to see of the end of a package. */
export type End = Pick<Source, 'length' | 'tail'>;

/**
 * Finds the directory by the records at the end of the package.
 *
 * @returns why there is none, where this is no ZIP or its directory cannot lie where it is said to: as far as is to be seen
 */
export function findDirectory({ length, tail }: End): DirectoryPlace | Failure {
	const tailFrom = length - tail.length;
	let isZip = false;
	let found: DirectoryPlace | undefined;
	for (let at = tail.length - END_BYTES; at >= 0; at--) {
		// A comment may hold anything, also what looks like this record; but the true one ends where the package does.
		if (tail.readUInt32LE(at) !== END || at + END_BYTES + tail.readUInt16LE(at + 20) !== tail.length) continue;
		isZip = true;
		const place = placeBy(tail, at, tailFrom);
		if (place === undefined || !beginsWithEntry(place, tail, tailFrom)) continue;
		// Even a whole, empty archive: so one with entries is preferred.
		if (place.count > 0) return place;
		found ??= place;
	}
	return found ?? (isZip ? damagedDirectory('it does not lie where it is said to') : notAZip());
}

/** As far as its beginning is in the tail. */
function beginsWithEntry({ from, count }: DirectoryPlace, tail: Buffer, tailFrom: number): boolean {
	return count === 0 || from < tailFrom || tail.readUInt32LE(from - tailFrom) === ENTRY;
}

function placeBy(tail: Buffer, at: number, tailFrom: number): DirectoryPlace | undefined {
	const locator = at - ZIP64_LOCATOR_BYTES;
	if (locator >= 0 && tail.readUInt32LE(locator) === ZIP64_LOCATOR) return placeByZip64(tail, locator, tailFrom);
	const [disk, firstDisk] = [tail.readUInt16LE(at + 4), tail.readUInt16LE(at + 6)];
	if (disk !== 0 || firstDisk !== 0) return undefined;
	return placed(tail.readUInt32LE(at + 16), tail.readUInt32LE(at + 12), tail.readUInt16LE(at + 10), tailFrom + at);
}

function placeByZip64(tail: Buffer, locator: number, tailFrom: number): DirectoryPlace | undefined {
	const said = Number(tail.readBigUInt64LE(locator + 8)) - tailFrom;
	// Bytes before the archive shift all offsets: then the record is looked for where it stands most often.
	const at = [said, locator - ZIP64_END_BYTES].find(
		(candidate) => candidate >= 0 && candidate + ZIP64_END_BYTES <= locator && tail.readUInt32LE(candidate) === ZIP64_END,
	);
	if (at === undefined) return undefined;
	const large = (offset: number) => Number(tail.readBigUInt64LE(at + offset));
	return placed(large(48), large(40), large(32), tailFrom + at);
}

/** @param end where the directory ends, and the record after it begins */
function placed(offset: number, bytes: number, count: number, end: number): DirectoryPlace | undefined {
	const from = end - bytes;
	const shift = from - offset;
	const isPossible = [offset, bytes, count].every(Number.isSafeInteger) && from >= 0 && shift >= 0;
	return isPossible ? { from, end, count, shift } : undefined;
}
