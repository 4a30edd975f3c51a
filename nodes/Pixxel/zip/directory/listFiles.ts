import type { ArchiveSource } from '../format/ArchiveSource';
import type { ZipEntry } from '../format/ZipEntry';
import { LOCAL_HEADER_BYTES, LOCAL_HEADER_SIGNATURE } from '../format/zipFormat';
import { ArchiveTail } from './ArchiveTail';
import { findCentralDirectory } from './findCentralDirectory';
import { withNextOffsets } from './nextOffsets';
import { readCentralDirectory } from './readCentralDirectory';
import { noteLargeSizes, restoreOffsets } from './restoreOffsets';

/**
 * The files of a ZIP archive (not its folders), in the order of its directory. Nothing but that is read, where its numbers fit together.
 *
 * @param maxEntries left out but in tests
 * @throws Failure where it is no ZIP, or its directory is damaged or too long
 */
export async function listFiles(source: ArchiveSource, maxEntries?: number): Promise<ZipEntry[]> {
	const tail = new ArchiveTail(source);
	const directory = await findCentralDirectory(tail);
	const entries = readCentralDirectory(directory, maxEntries);
	await restoreOffsets(entries, directory, async ({ rawName }, offset) => {
		const header = await tail.look({ start: offset, end: offset + LOCAL_HEADER_BYTES + rawName.length });
		return header?.readUInt32LE(0) === LOCAL_HEADER_SIGNATURE && header.subarray(LOCAL_HEADER_BYTES).equals(rawName);
	});
	const apart = withNextOffsets(entries, directory.start);
	noteLargeSizes(apart);
	return apart.filter(({ path }) => !path.endsWith('/'));
}
