import { Failure } from '../../ground/failure';
import { gathered } from '../../ground/gathered';
import type { ArchiveSource } from '../format/ArchiveSource';
import type { ZipEntry } from '../format/ZipEntry';
import { directoryTooLong } from '../format/zipErrors';
import { type ArchiveTail, type CentralDirectoryLocation, findCentralDirectory } from './findCentralDirectory';
import { readCentralDirectory } from './readCentralDirectory';

/** A directory of half a million files. It is read into memory. */
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;

/** A comment may have 65,535 bytes, and the records before it about a hundred: the end begins no farther from the last byte. */
const MAX_END_BYTES = 66 * 1024;

/**
 * The files of a ZIP archive (not its folders), in the order of its directory. Nothing but that is read.
 *
 * @throws Failure where it is no ZIP, or its directory is damaged or too long
 */
export async function listFiles(source: ArchiveSource): Promise<ZipEntry[]> {
	const seen = findCentralDirectory(source);
	if (!(seen instanceof Failure) && seen.count > 0 && seen.start >= tailStart(source)) return await entriesAt(seen, source, source);
	const end = await readMoreOfTail(source, seen);
	return await entriesAt(findCentralDirectory(end), end, source);
}

const tailStart = ({ length, tail }: ArchiveTail) => length - tail.length;

/** More of the end: as much as the records there may take, or all of the directory, where that has been seen to begin farther away. */
async function readMoreOfTail(source: ArchiveSource, seen: CentralDirectoryLocation | Failure): Promise<ArchiveTail> {
	const { length, tail } = source;
	const isReadable = !(seen instanceof Failure) && seen.end - seen.start <= MAX_DIRECTORY_BYTES;
	const start = Math.max(0, Math.min(length - MAX_END_BYTES, isReadable ? seen.start : length));
	if (start >= tailStart(source)) return source;
	return { length, tail: Buffer.concat([await gathered(source.read([{ start, end: tailStart(source) }])), tail]) };
}

async function entriesAt(location: CentralDirectoryLocation | Failure, end: ArchiveTail, source: ArchiveSource): Promise<ZipEntry[]> {
	if (location instanceof Failure) throw location;
	const bytes = location.end - location.start;
	if (bytes > MAX_DIRECTORY_BYTES) throw directoryTooLong('it has more than 64 MiB');
	const inTail = location.start - tailStart(end);
	const directory = inTail >= 0 ? end.tail.subarray(inTail, inTail + bytes) : await gathered(source.read([location]));
	return readCentralDirectory(directory, location);
}
