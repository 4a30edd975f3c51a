import type { ZipEntry } from './readDirectory';

/**
 * One file at a time keeps nobody busy: the thread that inflates and the one that takes what comes out wait for each other. Eight at a
 * time are nearly twice as fast, and over a long line sixteen with a connection each are as fast as the package in one piece.
 */
const MOST_LANES = 16;

/** A lane opens a connection of its own. For less than this (compressed), that hardly pays. */
const LEAST_LANE_BYTES = 8 * 1024 * 1024;

/**
 * Shares files out among those who unpack at the same time: of the archive, each gets a part that lies together, with about as many
 * bytes as the others'.
 *
 * @param most lanes
 */
export function inLanes(entries: readonly ZipEntry[], most: number): ZipEntry[][] {
	const bytes = entries.reduce((sum, { compressedSize }) => sum + compressedSize, 0);
	const number = Math.max(1, Math.min(MOST_LANES, most, Math.floor(bytes / LEAST_LANE_BYTES)));
	const lanes = Array.from({ length: number }, (): ZipEntry[] => []);
	let before = 0;
	for (const entry of [...entries].sort((a, b) => a.from - b.from)) {
		const middle = before + entry.compressedSize / 2;
		lanes[Math.min(number - 1, Math.floor((middle * number) / Math.max(1, bytes)))]?.push(entry);
		before += entry.compressedSize;
	}
	return lanes.filter((lane) => lane.length > 0);
}
