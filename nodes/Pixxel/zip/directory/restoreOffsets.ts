import { LARGER_THAN_4_GIB, type ZipEntry } from '../format/ZipEntry';
import { DEFLATED, GIB_4, LOCAL_HEADER_BYTES, STORED } from '../format/zipFormat';
import type { CentralDirectory } from './findCentralDirectory';

/** Whether a file's local header lies somewhere. */
export type Probe = (entry: ZipEntry, offset: number) => Promise<boolean>;

/**
 * Numbers have 32 bits. Writers that do not know ZIP64, as macOS's Archive Utility, leave out what is beyond them: this puts it back.
 * They list files in the order in which they lie. So where an offset is smaller than the one before it, 4 GiB lie between; and where that
 * does not make up for all that is missing, a file has 4 GiB or more, and a look at some local headers tells which.
 */
export async function restoreOffsets(entries: readonly ZipEntry[], { start, wraps }: CentralDirectory, probe: Probe): Promise<void> {
	if (wraps === 0) return;
	let [known, before] = [0, -1];
	const least = entries.map(({ localHeaderOffset }) => {
		if (localHeaderOffset < before) known++;
		before = localHeaderOffset;
		return known;
	});
	if (start % GIB_4 < before) known++;
	const found = await missingWraps(entries, least, wraps - known, probe);
	for (const [index, entry] of entries.entries()) {
		const missing = found[index];
		if (missing === undefined) entry.fault = LARGER_THAN_4_GIB;
		entry.localHeaderOffset += ((least[index] as number) + (missing ?? 0)) * GIB_4;
	}
	restoreCompressedSizes(entries, start);
}

/** For each file, how many times 4 GiB its offset lacks beside those that are known: fewer than for the next one, or as many. */
async function missingWraps(entries: readonly ZipEntry[], least: readonly number[], all: number, probe: Probe): Promise<Array<number | undefined>> {
	const found = new Array<number | undefined>(entries.length);
	const search = async (first: number, end: number, from: number, to: number): Promise<void> => {
		if (from === to) found.fill(from, first, end);
		if (first >= end || from >= to) return;
		const middle = Math.floor((first + end) / 2);
		const entry = entries[middle] as ZipEntry;
		for (let missing = from; missing <= to; missing++) {
			if (!(await probe(entry, entry.localHeaderOffset + ((least[middle] as number) + missing) * GIB_4))) continue;
			found[middle] = missing;
			await search(first, middle, from, missing);
			return await search(middle + 1, end, missing, to);
		}
	};
	await search(0, entries.length, 0, all);
	return found;
}

/** What lies between two files is data of the first one, but for a header and less than 4 GiB of other things. */
function restoreCompressedSizes(entries: readonly ZipEntry[], directoryStart: number): void {
	for (const [index, entry] of entries.entries()) {
		const next = entries[index + 1]?.localHeaderOffset ?? directoryStart;
		const there = next - entry.localHeaderOffset - LOCAL_HEADER_BYTES - entry.rawName.length;
		const missing = Math.max(0, Math.floor((there - entry.compressedSize) / GIB_4)) * GIB_4;
		entry.compressedSize += missing;
		if (entry.compressionMethod === STORED && entry.size !== undefined) entry.size += missing;
	}
}

/** In less than 4 MiB of deflate data, there are never 4 GiB. */
const MIN_LARGE_BYTES = 4 * 1024 * 1024;

/** Deflate hardly ever makes data larger. So a size far below that of the data that is there lacks 4 GiB, or several times as much. */
export function noteLargeSizes(entries: readonly ZipEntry[]): void {
	for (const entry of entries) {
		const { size = 0, compressedSize, compressionMethod, localHeaderOffset, nextOffset } = entry;
		const isThere = localHeaderOffset + compressedSize < nextOffset;
		const isLarge = compressionMethod === DEFLATED && compressedSize > MIN_LARGE_BYTES && size < 0.9 * compressedSize;
		if (isLarge && isThere) entry.fault ??= LARGER_THAN_4_GIB;
		if (entry.fault !== undefined) entry.size = undefined;
	}
}
