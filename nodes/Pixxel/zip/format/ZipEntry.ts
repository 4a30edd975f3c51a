/** A file in a ZIP, as the central directory describes it. */
export interface ZipEntry {
	path: string;
	/** Bytes, unpacked; undefined where the archive does not say, and `fault` tells why. */
	size: number | undefined;
	compressedSize: number;
	/** When it was modified, as MS-DOS writes it: `modifiedAt` reads it. */
	date: number;
	time: number;
	crc32: number;
	compressionMethod: number;
	flags: number;
	/** The path as it stands in the archive. */
	rawName: Buffer;
	localHeaderOffset: number;
	/** Where the next thing lies that is listed: another file's local header, or the directory. A file mostly ends before it. */
	nextOffset: number;
	/** What the directory has wrong about it, so that it cannot be extracted, e.g. {@link NO_SIZE}. */
	fault?: string;
}

/** Of a file whose size or place should be in a ZIP64 field, which is not there. */
export const NO_SIZE = 'has no size or place in the list of files';

/** Of a file whose size is cut off after 32 bits. */
export const LARGER_THAN_4_GIB = 'is larger than 4 GiB, and the archive does not say how large';

/**
 * When a file was modified: local time wherever it was made, in steps of two seconds.
 *
 * @returns ISO 8601 without a zone, which ZIP does not know; undefined where it is no date
 */
export function modifiedAt({ date, time }: Pick<ZipEntry, 'date' | 'time'>): string | undefined {
	const parts = [1980 + (date >> 9), (date >> 5) & 15, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2];
	const [year, month, day, hour, minute, second] = parts.map((part) => String(part).padStart(2, '0'));
	const text = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
	const instant = Date.parse(`${text}Z`);
	// "31st of February" parses, as a day of March.
	return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text) ? text : undefined;
}
