import { printable } from '../../errors/printable';
import { LARGER_THAN_4_GIB, NO_SIZE, type ZipEntry } from '../format/ZipEntry';
import { cannotUnpack, damagedFile } from '../format/zipErrors';
import { DEFLATED, ENCRYPTED_FLAG, STORED } from '../format/zipFormat';

/** A file that is to be extracted, and can be as far as its description goes. */
export interface PlannedEntry extends ZipEntry {
	size: number;
	/** First byte that cannot be its own: where another wanted file begins, or the archive ends. */
	limit: number;
	/** The wanted file that begins there. */
	next?: string;
}

/** What another look at a place costs, in bytes. */
const REREAD_BYTES = 64 * 1024;
/** Files that share their place may take so many bytes in all, or as many as those that do not. */
const MAX_REREAD_BYTES = 256 * 1024 * 1024;

/**
 * Files to be extracted, each kept apart from the others. So each byte of the archive is unpacked once, whatever the directory says: an
 * archive of a few kilobytes whose files overlap could keep a machine busy for days.
 *
 * @param archiveBytes where the archive ends
 * @returns them in the same order
 * @throws Failure that names a file which cannot be extracted
 */
export function planExtraction(entries: readonly ZipEntry[], archiveBytes: number): PlannedEntry[] {
	const planned = entries.map((entry): PlannedEntry => ({ ...entry, size: checkedSize(entry), limit: archiveBytes }));
	const inArchiveOrder = [...planned].sort((a, b) => a.localHeaderOffset - b.localHeaderOffset);
	let next: PlannedEntry | undefined;
	let [read, reread] = [0, 0];
	for (const entry of inArchiveOrder.reverse()) {
		const isShared = next !== undefined && isSameData(entry, next);
		if (next) Object.assign(entry, isShared ? { limit: next.limit, next: next.next } : { limit: next.localHeaderOffset, next: next.path });
		if (isShared) reread += entry.size + REREAD_BYTES;
		else read += entry.size;
		if (next && reread > Math.max(read, MAX_REREAD_BYTES)) throw overlaps(entry, next.path);
		next = entry;
	}
	return planned;
}

/** @param path of the other one */
export const overlaps = (entry: ZipEntry, path: string) => damagedFile(entry.path, `overlaps "${printable(path)}"`);

function checkedSize({ path, fault, flags, compressionMethod, size }: ZipEntry): number {
	if (flags & ENCRYPTED_FLAG) throw cannotUnpack(path, 'is encrypted');
	if (compressionMethod !== STORED && compressionMethod !== DEFLATED) {
		throw cannotUnpack(path, `is compressed in a way that is not known here (${compressionMethod})`);
	}
	if (fault === LARGER_THAN_4_GIB) throw cannotUnpack(path, fault);
	if (fault !== undefined || size === undefined) throw damagedFile(path, fault ?? NO_SIZE);
	return size;
}

const isSameData = (a: ZipEntry, b: ZipEntry) =>
	a.localHeaderOffset === b.localHeaderOffset && a.size === b.size && a.crc32 === b.crc32 && a.compressionMethod === b.compressionMethod;
