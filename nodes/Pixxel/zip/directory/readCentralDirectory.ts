import { shown } from '../../ground/shown';
import { applyZip64, readExtraFields } from '../format/extraFields';
import type { ZipEntry } from '../format/ZipEntry';
import { damagedDirectory, damagedFile, directoryTooLong } from '../format/zipErrors';
import { CENTRAL_HEADER_BYTES, CENTRAL_HEADER_SIGNATURE, LOCAL_HEADER_BYTES } from '../format/zipFormat';
import { decodeEntryPath } from './entryPath';
import type { CentralDirectoryLocation } from './findCentralDirectory';

/** Each takes more than half a kilobyte of memory, and then there are the items. */
const MAX_ENTRIES = 500_000;

/**
 * The files that a directory lists, in its order.
 *
 * @throws Failure where it is damaged or too long, or entries lie over each other or outside of the package
 */
export function readCentralDirectory(bytes: Buffer, location: CentralDirectoryLocation): ZipEntry[] {
	const entries: ZipEntry[] = [];
	for (let at = 0; bytes.length - at >= 4 && bytes.readUInt32LE(at) === CENTRAL_HEADER_SIGNATURE; ) {
		if (entries.length === MAX_ENTRIES) throw directoryTooLong('it has more than 500,000 entries');
		const { entry, end } = readEntry(bytes, at, location);
		entries.push(entry);
		at = end;
	}
	// Without ZIP64 the count has 16 bits, and older tools let it overflow.
	if (entries.length !== location.count && (entries.length & 0xffff) !== location.count) {
		throw damagedDirectory(`it has ${entries.length} entries where ${location.count} are announced`);
	}
	checkOverlap(entries, location.start);
	return entries.filter(({ path }) => !path.endsWith('/'));
}

function readEntry(bytes: Buffer, at: number, { prefixBytes }: CentralDirectoryLocation): { entry: ZipEntry; end: number } {
	if (at + CENTRAL_HEADER_BYTES > bytes.length) throw cutOff();
	const u16 = (offset: number) => bytes.readUInt16LE(at + offset);
	const u32 = (offset: number) => bytes.readUInt32LE(at + offset);
	const nameEnd = at + CENTRAL_HEADER_BYTES + u16(28);
	const extraEnd = nameEnd + u16(30);
	const end = extraEnd + u16(32);
	if (end > bytes.length) throw cutOff();

	const rawName = bytes.subarray(at + CENTRAL_HEADER_BYTES, nameEnd);
	const extra = readExtraFields(bytes.subarray(nameEnd, extraEnd));
	const flags = u16(8);
	const path = decodeEntryPath(rawName, flags, extra);
	const [size, compressedSize, offset] = applyZip64([u32(24), u32(20), u32(42)], extra) ?? [];
	if (size === undefined || compressedSize === undefined || offset === undefined) {
		throw damagedFile(path, 'has no size or place in the list of files');
	}
	const common = { path, size, compressedSize, date: u16(14), time: u16(12), crc32: u32(16), compressionMethod: u16(10), flags, rawName };
	return { entry: { ...common, localHeaderOffset: offset + prefixBytes, maxEnd: 0 }, end };
}

const cutOff = () => damagedDirectory('it ends in the middle of an entry');

/** Gives every entry its end, which is where the next one begins. */
function checkOverlap(entries: ZipEntry[], directoryStart: number): void {
	const inArchiveOrder = [...entries].sort((a, b) => a.localHeaderOffset - b.localHeaderOffset);
	for (const [index, entry] of inArchiveOrder.entries()) {
		const next = inArchiveOrder[index + 1];
		entry.maxEnd = Math.min(next?.localHeaderOffset ?? directoryStart, directoryStart);
		const least = entry.localHeaderOffset + LOCAL_HEADER_BYTES + entry.rawName.length + entry.compressedSize;
		if (least > directoryStart) throw damagedFile(entry.path, 'lies outside of the part that files lie in');
		if (next && least > next.localHeaderOffset) throw damagedFile(next.path, `overlaps "${shown(entry.path)}"`);
	}
}
