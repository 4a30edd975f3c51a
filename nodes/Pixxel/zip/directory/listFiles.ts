import type { ArchiveSource } from '../format/ArchiveSource';
import type { ZipEntry } from '../format/ZipEntry';
import { ArchiveTail } from './ArchiveTail';
import { findCentralDirectory } from './findCentralDirectory';
import { readCentralDirectory } from './readCentralDirectory';

/**
 * The files of a ZIP archive (not its folders), in the order of its directory. Nothing but that is read.
 *
 * @param maxEntries left out but in tests
 * @throws Failure where it is no ZIP, or its directory is damaged or too long
 */
export async function listFiles(source: ArchiveSource, maxEntries?: number): Promise<ZipEntry[]> {
	return readCentralDirectory(await findCentralDirectory(new ArchiveTail(source)), maxEntries);
}
