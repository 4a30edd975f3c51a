import { findDirectory } from './findDirectory';
import { damagedDirectory } from './flaws';
import { readDirectory, type ZipEntry } from './readDirectory';
import type { Source } from './source';

/** A directory of half a million files. It is read into memory. */
const MOST_DIRECTORY_BYTES = 64 * 1024 * 1024;

/**
 * The files of a ZIP archive (not its folders), in the order of its directory. Nothing but that is read.
 *
 * @throws Failure where it is no ZIP, or its directory is damaged
 */
export async function listFiles(source: Source): Promise<ZipEntry[]> {
	const place = findDirectory(source);
	const bytes = place.end - place.from;
	if (bytes > MOST_DIRECTORY_BYTES) throw damagedDirectory('it has more than 64 MB');
	const inTail = place.from - (source.length - source.tail.length);
	if (inTail >= 0) return readDirectory(source.tail.subarray(inTail, inTail + bytes), place);
	const chunks: Buffer[] = [];
	for await (const chunk of source.read([{ from: place.from, end: place.end }])) chunks.push(chunk);
	return readDirectory(Buffer.concat(chunks), place);
}
