import { withZip64, readExtraFields } from './extraFields';
import type { DirectoryPlace } from './findDirectory';
import { shown } from '../ground/shown';
import { damagedDirectory, damagedFile, tooLong } from './flaws';
import { pathOf } from './names';

const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;

/** Each takes more than half a kilobyte of memory, and then there are the items. */
const MOST_ENTRIES = 500_000;

/** Bytes of a local header before its name. */
export const LOCAL_BYTES = 30;

/** A file in a ZIP, as the directory tells it. */
export interface ZipEntry {
	path: string;
	/** Bytes, unpacked. */
	size: number;
	compressedSize: number;
	/** When it was modified, as MS-DOS writes it: `modifiedAt` reads it. */
	date: number;
	time: number;
	crc32: number;
	/** How it is compressed: 0 not at all, 8 deflated. */
	method: number;
	flags: number;
	/** The path as it stands in the archive. */
	name: Buffer;
	/** Where its local header lies. */
	from: number;
	/** First byte that cannot be its own. */
	until: number;
}

/**
 * The files that a directory lists, in its order.
 *
 * @throws Failure where it is damaged or too long, or entries lie over each other or outside of the package
 */
export function readDirectory(bytes: Buffer, place: DirectoryPlace): ZipEntry[] {
	const entries: ZipEntry[] = [];
	for (let at = 0; bytes.length - at >= 4 && bytes.readUInt32LE(at) === ENTRY; ) {
		if (entries.length === MOST_ENTRIES) throw tooLong('it has more than 500,000 entries');
		const { entry, end } = readEntry(bytes, at, place);
		entries.push(entry);
		at = end;
	}
	// Without ZIP64 the count has 16 bits, and older tools let it overflow.
	if (entries.length !== place.count && (entries.length & 0xffff) !== place.count) {
		throw damagedDirectory(`it has ${entries.length} entries where ${place.count} are announced`);
	}
	setApart(entries, place.from);
	return entries.filter(({ path }) => !path.endsWith('/'));
}

function readEntry(bytes: Buffer, at: number, { shift }: DirectoryPlace): { entry: ZipEntry; end: number } {
	if (at + ENTRY_BYTES > bytes.length) throw cutOff();
	const u16 = (offset: number) => bytes.readUInt16LE(at + offset);
	const u32 = (offset: number) => bytes.readUInt32LE(at + offset);
	const nameEnd = at + ENTRY_BYTES + u16(28);
	const extraEnd = nameEnd + u16(30);
	const end = extraEnd + u16(32);
	if (end > bytes.length) throw cutOff();

	const name = bytes.subarray(at + ENTRY_BYTES, nameEnd);
	const extra = readExtraFields(bytes.subarray(nameEnd, extraEnd));
	const flags = u16(8);
	const path = pathOf(name, flags, extra);
	const [size, compressedSize, offset] = withZip64([u32(24), u32(20), u32(42)], extra) ?? [];
	if (size === undefined || compressedSize === undefined || offset === undefined) {
		throw damagedFile(path, 'has no size or place in the list of files');
	}
	const common = { path, size, compressedSize, date: u16(14), time: u16(12), crc32: u32(16), method: u16(10), flags, name };
	return { entry: { ...common, from: offset + shift, until: 0 }, end };
}

const cutOff = () => damagedDirectory('it ends in the middle of an entry');

/** Gives every entry its end, which is where the next one begins. */
function setApart(entries: ZipEntry[], directoryFrom: number): void {
	const inPlace = [...entries].sort((a, b) => a.from - b.from);
	for (const [index, entry] of inPlace.entries()) {
		const next = inPlace[index + 1];
		entry.until = Math.min(next?.from ?? directoryFrom, directoryFrom);
		const least = entry.from + LOCAL_BYTES + entry.name.length + entry.compressedSize;
		if (least > directoryFrom) throw damagedFile(entry.path, 'lies outside of the part that files lie in');
		if (next && least > next.from) throw damagedFile(next.path, `lies over "${shown(entry.path)}"`);
	}
}

/**
 * When a file was modified: local time wherever it was made, in steps of two seconds.
 *
 * @returns ISO 8601 without a zone, which ZIP does not know; undefined where it is no date
 */
export function modifiedAt({ date, time }: Pick<ZipEntry, 'date' | 'time'>): string | undefined {
	const parts = [1980 + (date >> 9), (date >> 5) & 15, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2];
	const [year, month, day, hour, minute, second] = parts.map((part) => String(part).padStart(2, '0'));
	const text = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
	const instant = Date.parse(`${text}Z`);
	// "31st of February" parses, as a day of March.
	return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text) ? text : undefined;
}
