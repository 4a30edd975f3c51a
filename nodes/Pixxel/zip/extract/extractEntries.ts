import type { ByteRange } from '../../bytes/ByteRange';
import type { ArchiveSource } from '../format/ArchiveSource';
import { applyZip64, readExtraFields, ZIP64_PLACEHOLDER } from '../format/extraFields';
import type { ZipEntry } from '../format/ZipEntry';
import { cannotUnpack, damagedFile } from '../format/zipErrors';
import {
	DEFLATED,
	DESCRIPTOR_FLAG,
	ENCRYPTED_FLAG,
	LOCAL_HEADER_BYTES,
	LOCAL_HEADER_SIGNATURE,
	MAX_DESCRIPTOR_BYTES,
	STORED,
} from '../format/zipFormat';
import { entryBytes } from './entryBytes';
import { RangeReader } from './RangeReader';

/** The extra fields of a local header may have so many bytes; the directory does not say how many they have. */
const MAX_EXTRA_BYTES = 65_535;
/** Fewer bytes than this between two files are read through: asking anew would take longer. */
const SMALL_GAP_BYTES = 64 * 1024;

/** A file whose turn it is. */
export interface ExtractedEntry {
	entry: ZipEntry;
	/** Its bytes, checked while they pass: a flaw in them ends in a Failure that names the file. */
	bytes: AsyncGenerator<Buffer>;
}

/**
 * Unpacks files in one pass, in the order in which they lie in the archive. What nobody has taken of one when the next is asked for
 * is passed over.
 *
 * @throws Failure where a file is damaged, or cannot be unpacked here: the latter before anything is read
 */
export function extractEntries(source: ArchiveSource, entries: readonly ZipEntry[]): AsyncGenerator<ExtractedEntry> {
	for (const entry of entries) check(entry);
	return inArchiveOrder(source, [...entries].sort((a, b) => a.localHeaderOffset - b.localHeaderOffset));
}

async function* inArchiveOrder(source: ArchiveSource, entries: readonly ZipEntry[]): AsyncGenerator<ExtractedEntry> {
	const ranges = rangesOf(entries);
	const reader = new RangeReader(source.read(ranges), ranges);
	try {
		for (const entry of entries) {
			await reader.skipTo(entry.localHeaderOffset);
			const dataEnd = (await readLocalHeader(reader, entry)) + entry.compressedSize;
			const bytes = entryBytes(entry, reader.stream(entry.compressedSize));
			try {
				yield { entry, bytes };
			} finally {
				// Whoever has dropped them half-way may have left them open.
				await bytes.return(undefined);
			}
			await reader.skipTo(dataEnd);
		}
	} finally {
		await reader.close();
	}
}

function check({ path, flags, compressionMethod, size, compressedSize }: ZipEntry): void {
	if (flags & ENCRYPTED_FLAG) throw cannotUnpack(path, 'is encrypted');
	if (compressionMethod !== STORED && compressionMethod !== DEFLATED) throw cannotUnpack(path, `is compressed in a way that is not known here (${compressionMethod})`);
	if (compressionMethod === STORED && size !== compressedSize) throw damagedFile(path, 'has two sizes, though it is not compressed');
}

/** The bytes to ask for, in as few pieces as makes sense. */
function rangesOf(entries: readonly ZipEntry[]): ByteRange[] {
	const ranges: ByteRange[] = [];
	for (const { localHeaderOffset: start, maxEnd, rawName, compressedSize } of entries) {
		const end = Math.min(maxEnd, start + LOCAL_HEADER_BYTES + rawName.length + MAX_EXTRA_BYTES + compressedSize + MAX_DESCRIPTOR_BYTES);
		const last = ranges.at(-1);
		if (last && start - last.end <= SMALL_GAP_BYTES) last.end = Math.max(last.end, end);
		else ranges.push({ start, end });
	}
	return ranges;
}

/**
 * Reads a file's local header, which repeats what the directory says. Two stories, and nobody knows which is true.
 *
 * @returns where its data begins. The reader's position is no help: behind the header of an empty file, the range may be over
 */
async function readLocalHeader(reader: RangeReader, entry: ZipEntry): Promise<number> {
	const { path, localHeaderOffset, rawName, compressionMethod, flags, maxEnd } = entry;
	const header = await reader.take(LOCAL_HEADER_BYTES);
	if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_HEADER_SIGNATURE) throw damagedFile(path, 'does not lie where it is said to');
	const localFlags = header.readUInt16LE(6);
	const localName = await reader.take(header.readUInt16LE(26));
	const extra = await reader.take(header.readUInt16LE(28));
	const agrees =
		header.readUInt16LE(8) === compressionMethod && ((localFlags ^ flags) & ENCRYPTED_FLAG) === 0 && localName.equals(rawName);
	if (!agrees || !(localFlags & DESCRIPTOR_FLAG || numbersAgree(header, extra, entry))) {
		throw damagedFile(path, 'has a local header that contradicts the list of files');
	}
	const dataStart = localHeaderOffset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
	if (dataStart + entry.compressedSize > maxEnd) throw damagedFile(path, 'overlaps what comes after it');
	return dataStart;
}

function numbersAgree(header: Buffer, extra: Buffer, { crc32, size, compressedSize }: ZipEntry): boolean {
	const said = [header.readUInt32LE(22), header.readUInt32LE(18)];
	const [localSize, localCompressedSize] = said.includes(ZIP64_PLACEHOLDER) ? (applyZip64(said, readExtraFields(extra)) ?? []) : said;
	return header.readUInt32LE(14) === crc32 && localSize === size && localCompressedSize === compressedSize;
}
