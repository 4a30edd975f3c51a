import { Failure } from '../ground/failure';
import { type End, findDirectory } from './findDirectory';
import { damagedDirectory } from './flaws';
import { readDirectory, type ZipEntry } from './readDirectory';
import type { Source } from './source';

/** A directory of half a million files. It is read into memory. */
const MOST_DIRECTORY_BYTES = 64 * 1024 * 1024;

/** A comment may have 65,535 bytes, and the records before it about a hundred: the end begins no farther from the last byte. */
const MOST_END_BYTES = 66 * 1024;

/**
 * The files of a ZIP archive (not its folders), in the order of its directory. Nothing but that is read.
 *
 * @throws Failure where it is no ZIP, or its directory is damaged
 */
export async function listFiles(source: Source): Promise<ZipEntry[]> {
	const end = await wholeEnd(source);
	const place = findDirectory(end);
	if (place instanceof Failure) throw place;
	const bytes = place.end - place.from;
	if (bytes > MOST_DIRECTORY_BYTES) throw damagedDirectory('it has more than 64 MB');
	const inTail = place.from - (end.length - end.tail.length);
	const isThere = inTail >= 0;
	return readDirectory(isThere ? end.tail.subarray(inTail, inTail + bytes) : await read(source, place.from, place.end), place);
}

/** The end of an archive with all of its directory, as far as can be told from what there is of it: what is missing is read at once. */
async function wholeEnd(source: Source): Promise<End> {
	const { length, tail } = source;
	const tailFrom = length - tail.length;
	const seen = findDirectory(source);
	if (!(seen instanceof Failure) && seen.count > 0 && seen.from >= tailFrom) return source;
	const isReadable = !(seen instanceof Failure) && seen.end - seen.from <= MOST_DIRECTORY_BYTES;
	const from = Math.max(0, Math.min(length - MOST_END_BYTES, isReadable ? seen.from : length));
	if (from >= tailFrom) return source;
	return { length, tail: Buffer.concat([await read(source, from, tailFrom), tail]) };
}

async function read(source: Source, from: number, end: number): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of source.read([{ from, end }])) chunks.push(chunk);
	return Buffer.concat(chunks);
}
