import type { PlannedEntry } from './planExtraction';

/**
 * One file at a time keeps nobody busy: the thread that inflates and the one that takes what comes out wait for each other. Eight at a
 * time are nearly twice as fast, and over a long line sixteen with a connection each are as fast as the package in one piece.
 */
const MAX_CONCURRENT_EXTRACTIONS = 16;

/** A part has a connection of its own. For less than this (compressed), that hardly pays. */
const MIN_PARTITION_BYTES = 8 * 1024 * 1024;

/**
 * Shares files out among those who unpack at the same time: of the archive, each gets a part that lies together, with about as many
 * bytes as the others'.
 *
 * @param most parts
 */
export function partitionEntries(entries: readonly PlannedEntry[], most: number): PlannedEntry[][] {
	const bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
	const number = Math.max(1, Math.min(MAX_CONCURRENT_EXTRACTIONS, most, Math.floor(bytes / MIN_PARTITION_BYTES)));
	const parts = Array.from({ length: number }, (): PlannedEntry[] => []);
	let before = 0;
	for (const entry of [...entries].sort((a, b) => a.localHeaderOffset - b.localHeaderOffset)) {
		const middle = before + bytesOf(entry) / 2;
		parts[Math.min(number - 1, Math.floor((middle * number) / Math.max(1, bytes)))]?.push(entry);
		before += bytesOf(entry);
	}
	return parts.filter((part) => part.length > 0);
}

/** What the archive says, unless that is more than there can be. */
const bytesOf = ({ compressedSize, localHeaderOffset, limit }: PlannedEntry) => Math.max(0, Math.min(compressedSize, limit - localHeaderOffset));
