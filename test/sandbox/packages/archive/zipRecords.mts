/** The records of a ZIP archive around its files' bytes, as PKWARE's APPNOTE describes them. */

const [most16, most32] = [0xffff, 0xffffffff];
const zip64Version = 45;
const madeByUnix = 3 << 8;
const utf8Names = 0x0800;
const [fileMode, folderMode] = [0o100644, 0o040755];
/** 2025-05-01 12:00 in DOS's words. */
const [dosTime, dosDate] = [12 << 11, ((2025 - 1980) << 9) | (5 << 5) | 1];

/** One entry of an archive, and where it lies. */
export interface Entry {
	path: string;
	method: 'stored' | 'deflated';
	crc32: number;
	/** Bytes in the archive. */
	packedSize: number;
	/** Bytes outside of it. */
	size: number;
	/** Of the local header. */
	offset: number;
}

type Field = [bytes: 2 | 4 | 8, value: number];

/** Little-endian fields, one after the other. */
function record(...fields: Field[]): Buffer {
	const bytes = Buffer.alloc(fields.reduce((sum, [width]) => sum + width, 0));
	let at = 0;
	for (const [width, value] of fields) {
		if (width === 8) bytes.writeBigUInt64LE(BigInt(value), at);
		else bytes.writeUIntLE(value, at, width);
		at += width;
	}
	return bytes;
}

/** Comes before a file's bytes; or stands in the directory at the end. What is too large for its field stands in an extra field of ZIP64. */
export function header({ path, method, crc32, packedSize, size, offset }: Entry, inDirectory: boolean): Buffer {
	const name = Buffer.from(path);
	const isLarge = size >= most32 || packedSize >= most32;
	const isFar = inDirectory && offset >= most32;
	const large = [...(isLarge ? [size, packedSize] : []), ...(isFar ? [offset] : [])].map((value): Field => [8, value]);
	const extra = large.length > 0 ? record([2, 0x0001], [2, large.length * 8], ...large) : Buffer.alloc(0);
	const first: Field[] = inDirectory ? [[4, 0x02014b50], [2, madeByUnix | zip64Version]] : [[4, 0x04034b50]];
	const mode = path.endsWith('/') ? folderMode : fileMode;
	const last: Field[] = inDirectory ? [[2, 0], [2, 0], [2, 0], [4, mode * 0x10000], [4, isFar ? most32 : offset]] : [];
	const fields = record(
		...first,
		[2, isLarge ? zip64Version : 20],
		[2, utf8Names],
		[2, method === 'stored' ? 0 : 8],
		[2, dosTime],
		[2, dosDate],
		[4, crc32],
		[4, isLarge ? most32 : packedSize],
		[4, isLarge ? most32 : size],
		[2, name.length],
		[2, extra.length],
		...last,
	);
	return Buffer.concat([fields, name, extra]);
}

/** What follows the directory: where it is, how long, how many entries; in ZIP64's form as well where that is needed. */
export function endRecords(at: number, size: number, entries: number, comment: string): Buffer {
	const text = Buffer.from(comment);
	const zip64 = record(
		...([[4, 0x06064b50], [8, 44], [2, madeByUnix | zip64Version], [2, zip64Version], [4, 0], [4, 0]] as Field[]),
		...([[8, entries], [8, entries], [8, size], [8, at]] as Field[]),
		...([[4, 0x07064b50], [4, 0], [8, at + size], [4, 1]] as Field[]),
	);
	const [count, length, offset] = [Math.min(entries, most16), Math.min(size, most32), Math.min(at, most32)];
	const end = record([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, length], [4, offset], [2, text.length]);
	return Buffer.concat([at >= most32 || size >= most32 || entries >= most16 ? zip64 : Buffer.alloc(0), end, text]);
}
