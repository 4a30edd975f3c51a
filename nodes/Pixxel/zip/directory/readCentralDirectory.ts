import { applyZip64, readExtraFields } from '../format/extraFields';
import { NO_SIZE, type ZipEntry } from '../format/ZipEntry';
import { directoryTooLong } from '../format/zipErrors';
import { CENTRAL_HEADER_BYTES } from '../format/zipFormat';
import { centralHeaderEnd } from './centralHeaders';
import { decodeEntryPath } from './entryPath';
import type { CentralDirectory } from './findCentralDirectory';

/** Each takes more than half a kilobyte of memory, and then there are the items. */
const MAX_ENTRIES = 500_000;

/**
 * The files and folders that a directory lists, in its order. What is wrong with one of them is told when it is wanted.
 *
 * @throws Failure where there are too many
 */
export function readCentralDirectory({ bytes, shift }: CentralDirectory, maxEntries = MAX_ENTRIES): ZipEntry[] {
	const entries: ZipEntry[] = [];
	for (let at = 0, end; (end = centralHeaderEnd(bytes, at)) !== undefined; at = end) {
		if (entries.length === maxEntries) throw directoryTooLong(`it has more than ${maxEntries.toLocaleString('en-US')} entries`);
		entries.push(readEntry(bytes.subarray(at, end), shift));
	}
	return entries;
}

function readEntry(header: Buffer, shift: number): ZipEntry {
	const u16 = (offset: number) => header.readUInt16LE(offset);
	const u32 = (offset: number) => header.readUInt32LE(offset);
	const nameEnd = CENTRAL_HEADER_BYTES + u16(28);
	const rawName = header.subarray(CENTRAL_HEADER_BYTES, nameEnd);
	const extra = readExtraFields(header.subarray(nameEnd, nameEnd + u16(30)));
	const flags = u16(8);
	// The compressed size can be told by the data, or else by what comes next.
	const [size, compressedSize = Infinity, offset] = applyZip64([u32(24), u32(20), u32(42)], extra);
	return {
		path: decodeEntryPath(rawName, flags, extra),
		size,
		compressedSize,
		date: u16(14),
		time: u16(12),
		crc32: u32(16),
		compressionMethod: u16(10),
		flags,
		rawName,
		localHeaderOffset: (offset ?? 0) + shift,
		nextOffset: 0,
		...((size === undefined || offset === undefined) && { fault: NO_SIZE }),
	};
}
