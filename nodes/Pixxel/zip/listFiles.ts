import { Failure } from '../ground/failure';
import { gathered } from '../ground/gathered';
import { type DirectoryPlace, type End, findDirectory } from './findDirectory';
import { tooLong } from './flaws';
import { readDirectory, type ZipEntry } from './readDirectory';
import type { Source } from './source';

/** A directory of half a million files. It is read into memory. */
const MOST_DIRECTORY_BYTES = 64 * 1024 * 1024;

/** A comment may have 65,535 bytes, and the records before it about a hundred: the end begins no farther from the last byte. */
const MOST_END_BYTES = 66 * 1024;

/**
 * The files of a ZIP archive (not its folders), in the order of its directory. Nothing but that is read.
 *
 * @throws Failure where it is no ZIP, or its directory is damaged or too long
 */
export async function listFiles(source: Source): Promise<ZipEntry[]> {
	const seen = findDirectory(source);
	if (!(seen instanceof Failure) && seen.count > 0 && seen.from >= tailFrom(source)) return await entriesAt(seen, source, source);
	const end = await fartherBack(source, seen);
	return await entriesAt(findDirectory(end), end, source);
}

const tailFrom = ({ length, tail }: End) => length - tail.length;

/** More of the end: as much as the records there may take, or all of the directory, where that has been seen to begin farther away. */
async function fartherBack(source: Source, seen: DirectoryPlace | Failure): Promise<End> {
	const { length, tail } = source;
	const isReadable = !(seen instanceof Failure) && seen.end - seen.from <= MOST_DIRECTORY_BYTES;
	const from = Math.max(0, Math.min(length - MOST_END_BYTES, isReadable ? seen.from : length));
	if (from >= tailFrom(source)) return source;
	return { length, tail: Buffer.concat([await gathered(source.read([{ from, end: tailFrom(source) }])), tail]) };
}

async function entriesAt(place: DirectoryPlace | Failure, end: End, source: Source): Promise<ZipEntry[]> {
	if (place instanceof Failure) throw place;
	const bytes = place.end - place.from;
	if (bytes > MOST_DIRECTORY_BYTES) throw tooLong('it has more than 64 MiB');
	const inTail = place.from - tailFrom(end);
	const directory = inTail >= 0 ? end.tail.subarray(inTail, inTail + bytes) : await gathered(source.read([place]));
	return readDirectory(directory, place);
}
