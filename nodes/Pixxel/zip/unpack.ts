import { IN_ZIP64, readExtraFields, withZip64 } from './extraFields';
import { cannotUnpack, damagedFile } from './flaws';
import { LOCAL_BYTES, type ZipEntry } from './readDirectory';
import type { Source } from './source';
import { StretchReader } from './StretchReader';
import { unpackedBytes } from './unpackedBytes';

const LOCAL = 0x04034b50;
const ENCRYPTED_FLAG = 1;
const DESCRIPTOR_FLAG = 1 << 3;
const STORED = 0;
const DEFLATED = 8;

/** The extra fields of a local header may have so many bytes; the directory does not say how many they have. */
const MOST_EXTRA_BYTES = 65_535;
/** After the data, sizes and checksum may follow that were not known before it. */
const DESCRIPTOR_BYTES = 24;
/** Fewer bytes than this between two files are read through: asking anew would take longer. */
const SMALL_GAP_BYTES = 64 * 1024;

/** A file whose turn it is. */
export interface Unpacking {
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
export function unpack(source: Source, entries: readonly ZipEntry[]): AsyncGenerator<Unpacking> {
	for (const entry of entries) check(entry);
	return inPlace(source, [...entries].sort((a, b) => a.from - b.from));
}

async function* inPlace(source: Source, entries: readonly ZipEntry[]): AsyncGenerator<Unpacking> {
	const stretches = stretchesOf(entries);
	const reader = new StretchReader(source.read(stretches), stretches);
	try {
		for (const entry of entries) {
			await reader.skipTo(entry.from);
			const dataEnd = (await passHeader(reader, entry)) + entry.compressedSize;
			const bytes = unpackedBytes(entry, reader.stream(entry.compressedSize));
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

function check({ path, flags, method, size, compressedSize }: ZipEntry): void {
	if (flags & ENCRYPTED_FLAG) throw cannotUnpack(path, 'is encrypted');
	if (method !== STORED && method !== DEFLATED) throw cannotUnpack(path, `is compressed in a way that is not known here (${method})`);
	if (method === STORED && size !== compressedSize) throw damagedFile(path, 'has two sizes, though it is not compressed');
}

/** The bytes to ask for, in as few pieces as makes sense. */
function stretchesOf(entries: readonly ZipEntry[]): Array<{ from: number; end: number }> {
	const stretches: Array<{ from: number; end: number }> = [];
	for (const { from, until, name, compressedSize } of entries) {
		const end = Math.min(until, from + LOCAL_BYTES + name.length + MOST_EXTRA_BYTES + compressedSize + DESCRIPTOR_BYTES);
		const last = stretches.at(-1);
		if (last && from - last.end <= SMALL_GAP_BYTES) last.end = Math.max(last.end, end);
		else stretches.push({ from, end });
	}
	return stretches;
}

/**
 * Reads a file's local header, which repeats what the directory says. Two stories, and nobody knows which is true.
 *
 * @returns where its data begins. The reader's position is no help: behind the header of an empty file, the stretch may be over
 */
async function passHeader(reader: StretchReader, entry: ZipEntry): Promise<number> {
	const { path, from, name, method, flags, until } = entry;
	const header = await reader.take(LOCAL_BYTES);
	if (header.length < LOCAL_BYTES || header.readUInt32LE(0) !== LOCAL) throw damagedFile(path, 'does not lie where it is said to');
	const localFlags = header.readUInt16LE(6);
	const localName = await reader.take(header.readUInt16LE(26));
	const extra = await reader.take(header.readUInt16LE(28));
	const agrees =
		header.readUInt16LE(8) === method && ((localFlags ^ flags) & ENCRYPTED_FLAG) === 0 && localName.equals(name);
	if (!agrees || !(localFlags & DESCRIPTOR_FLAG || numbersAgree(header, extra, entry))) {
		throw damagedFile(path, 'is described in two ways that do not agree');
	}
	const dataFrom = from + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
	if (dataFrom + entry.compressedSize > until) throw damagedFile(path, 'lies over what comes after it');
	return dataFrom;
}

function numbersAgree(header: Buffer, extra: Buffer, { crc32, size, compressedSize }: ZipEntry): boolean {
	const said = [header.readUInt32LE(22), header.readUInt32LE(18)];
	const [localSize, localCompressedSize] = said.includes(IN_ZIP64) ? (withZip64(said, readExtraFields(extra)) ?? []) : said;
	return header.readUInt32LE(14) === crc32 && localSize === size && localCompressedSize === compressedSize;
}
