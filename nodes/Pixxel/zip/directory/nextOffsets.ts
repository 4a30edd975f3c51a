import type { ZipEntry } from '../format/ZipEntry';

/** Tells each entry where the next one begins. What is listed twice, word for word, is one file. */
export function withNextOffsets(entries: readonly ZipEntry[], directoryStart: number): ZipEntry[] {
	const repeated = new Set<ZipEntry>();
	const inArchiveOrder = [...entries].sort((a, b) => a.localHeaderOffset - b.localHeaderOffset);
	for (let first = 0; first < inArchiveOrder.length; ) {
		const { localHeaderOffset } = inArchiveOrder[first] as ZipEntry;
		const known = new Set<string>();
		let index = first;
		for (; inArchiveOrder[index]?.localHeaderOffset === localHeaderOffset; index++) {
			const entry = inArchiveOrder[index] as ZipEntry;
			const facts = `${entry.crc32} ${entry.size} ${entry.compressedSize} ${entry.path}`;
			if (known.has(facts)) repeated.add(entry);
			known.add(facts);
		}
		const nextOffset = inArchiveOrder[index]?.localHeaderOffset ?? directoryStart;
		const end = localHeaderOffset < directoryStart ? Math.min(nextOffset, directoryStart) : localHeaderOffset;
		for (; first < index; first++) (inArchiveOrder[first] as ZipEntry).nextOffset = end;
	}
	return entries.filter((entry) => !repeated.has(entry));
}
