import type { ByteRange } from '../../bytes/ByteRange';
import type { Failure } from '../../errors/Failure';
import type { ArchiveSource } from '../format/ArchiveSource';
import { damagedFile } from '../format/zipErrors';
import { LOCAL_HEADER_BYTES, MAX_DESCRIPTOR_BYTES, STORED } from '../format/zipFormat';
import { entryBytes, type Reading } from './entryBytes';
import { findLocalHeader, readLocalHeader } from './localHeader';
import { overlaps, type PlannedEntry } from './planExtraction';
import { RangeReader } from './RangeReader';

/** The extra fields of a local header may have so many bytes; the directory does not say how many they have. */
const MAX_EXTRA_BYTES = 65_535;
/** Fewer bytes than this between two files are read through: asking anew would take longer. */
const SMALL_GAP_BYTES = 64 * 1024;

/**
 * Takes the bytes of a file, which are checked while they pass: a flaw in them ends in a Failure that names the file. Where the archive is
 * wrong about a file's place or length it is called again for the same file, and what it did before is to be forgotten.
 */
export type Consumer = (entry: PlannedEntry, bytes: AsyncGenerator<Buffer>) => Promise<void>;

/**
 * Extracts files in one pass, in the order in which they lie in the archive. What is not as the directory says is read again, apart from
 * the others, and more liberally: no byte more or less than the directory's checksum and length allow.
 *
 * @throws Failure where a file is damaged; and whatever `consume` and the reading of the archive throw
 */
export async function extractEntries(source: ArchiveSource, entries: readonly PlannedEntry[], consume: Consumer): Promise<void> {
	const inArchiveOrder = [...entries].sort((a, b) => a.localHeaderOffset - b.localHeaderOffset);
	const ranges = rangesOf(inArchiveOrder);
	for (let at = 0; at < inArchiveOrder.length; at++) {
		at = await extractInOnePass(source, ranges, inArchiveOrder, at, consume);
		const entry = inArchiveOrder[at];
		if (entry) await extractApart(source, entry, consume);
	}
}

/** @returns the index of the first file that is not where or what the directory says; what comes after it is left for another pass */
async function extractInOnePass(
	source: ArchiveSource,
	allRanges: readonly ByteRange[],
	entries: readonly PlannedEntry[],
	first: number,
	consume: Consumer,
): Promise<number> {
	const start = (entries[first] as PlannedEntry).localHeaderOffset;
	const ranges = allRanges.filter(({ end }) => end > start).map((range) => ({ ...range, start: Math.max(start, range.start) }));
	const reader = new RangeReader(source.read(ranges), ranges);
	try {
		for (let at = first; at < entries.length; at++) {
			if (!(await extractNext(reader, entries[at] as PlannedEntry, consume))) return at;
		}
		return entries.length;
	} finally {
		await reader.close();
	}
}

/** The bytes to ask for, in as few pieces as makes sense. */
function rangesOf(entries: readonly PlannedEntry[]): ByteRange[] {
	const ranges: ByteRange[] = [];
	for (const { localHeaderOffset: start, nextOffset, rawName, compressedSize } of entries) {
		const end = Math.min(nextOffset, start + LOCAL_HEADER_BYTES + rawName.length + MAX_EXTRA_BYTES + compressedSize + MAX_DESCRIPTOR_BYTES);
		const last = ranges.at(-1);
		if (start < 0 || end <= start) continue;
		if (last && start - last.end <= SMALL_GAP_BYTES) last.end = Math.max(last.end, end);
		else ranges.push({ start, end });
	}
	return ranges;
}

/** @returns whether the file is where and what the directory says */
async function extractNext(reader: RangeReader, entry: PlannedEntry, consume: Consumer): Promise<boolean> {
	const { localHeaderOffset, size, compressedSize, compressionMethod, limit } = entry;
	await reader.skipTo(localHeaderOffset);
	if (reader.position !== localHeaderOffset) return false;
	const there = reader.inOnePiece;
	const header = there < LOCAL_HEADER_BYTES ? undefined : readLocalHeader(await reader.take(LOCAL_HEADER_BYTES));
	if (!header || header.bytes + compressedSize > Math.min(there, limit - localHeaderOffset)) return false;
	if (compressionMethod === STORED && size !== compressedSize) return false;
	await reader.skip(header.bytes - LOCAL_HEADER_BYTES);
	const flaw = await flawIn(entry, reader.stream(compressedSize), 'as told', consume);
	// What is stored has no other reading.
	if (flaw && compressionMethod === STORED) throw flaw;
	return flaw === undefined;
}

/** Reads a file that is not where or what the directory says, beginning with its local header. */
async function extractApart(source: ArchiveSource, entry: PlannedEntry, consume: Consumer): Promise<void> {
	const { path, localHeaderOffset, compressedSize, compressionMethod, limit, next } = entry;
	const header = await findLocalHeader(source, entry);
	if (!header) throw damagedFile(path, 'does not lie where it is said to');
	// Which of the two is right, the data tells. No more than the directory says: memory has been set aside for that.
	if (header.crc32 !== 0 && header.crc32 === entry.crc32 && header.size < entry.size) entry.size = header.size;
	const start = header.offset + header.bytes;
	// Where a header lies farther on, so does what follows it.
	const mostEnd = Math.min(source.length, limit + header.offset - localHeaderOffset);
	const bytes = compressionMethod === STORED ? entry.size : Math.max(compressedSize, header.compressedSize);
	const range = { start, end: Math.min(mostEnd, start + bytes) };
	const data = range.start < range.end ? source.read([range]) : nothing();
	const flaw = await flawIn(entry, data, 'to its end', consume);
	if (flaw) throw next !== undefined && start + bytes > mostEnd ? overlaps(entry, next) : flaw;
}

async function* nothing(): AsyncGenerator<Buffer> {}

/** @returns what is wrong with the data, whatever the consumer makes of it */
async function flawIn(entry: PlannedEntry, data: AsyncGenerator<Buffer>, reading: Reading, consume: Consumer): Promise<Failure | undefined> {
	const flaws: Failure[] = [];
	const bytes = entryBytes(entry, data, reading, (flaw) => void flaws.push(flaw));
	await consume(entry, bytes)
		.catch(async (cause: unknown) => (flaws.length > 0 ? undefined : await Promise.reject(cause)))
		// Whoever has dropped them half-way may have left them open.
		.finally(async () => void (await bytes.return(undefined)));
	return flaws[0];
}
