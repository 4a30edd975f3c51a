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

/** Little-endian fields, one after the other. */
function record(...fields: Array<[bytes: 2 | 4 | 8, value: number]>): Buffer {
	const bytes = Buffer.alloc(fields.reduce((sum, [width]) => sum + width, 0));
	let at = 0;
	for (const [width, value] of fields) {
		if (width === 8) bytes.writeBigUInt64LE(BigInt(value), at);
		else bytes.writeUIntLE(value, at, width);
		at += width;
	}
	return bytes;
}

/** The ZIP64 extra field of these values; empty for none. */
const zip64Extra = (values: number[]) =>
	values.length === 0
		? Buffer.alloc(0)
		: record([2, 0x0001], [2, values.length * 8], ...values.map((value): [8, number] => [8, value]));

/** What local and central header have in common, from the version to the lengths; large files have their sizes in an extra field. */
const common = ({ method, crc32, packedSize, size }: Entry, isLarge: boolean, nameLength: number, extraLength: number): Array<[2 | 4, number]> => [
	[2, isLarge ? zip64Version : 20],
	[2, utf8Names],
	[2, method === 'stored' ? 0 : 8],
	[2, dosTime],
	[2, dosDate],
	[4, crc32],
	[4, isLarge ? most32 : packedSize],
	[4, isLarge ? most32 : size],
	[2, nameLength],
	[2, extraLength],
];

const isLarge = ({ size, packedSize }: Entry) => size >= most32 || packedSize >= most32;

/** Comes before a file's bytes. */
export function localHeader(entry: Entry): Buffer {
	const name = Buffer.from(entry.path);
	const large = isLarge(entry);
	const extra = zip64Extra(large ? [entry.size, entry.packedSize] : []);
	return Buffer.concat([record([4, 0x04034b50], ...common(entry, large, name.length, extra.length)), name, extra]);
}

/** An entry of the directory at the end. */
export function centralHeader(entry: Entry): Buffer {
	const name = Buffer.from(entry.path);
	const large = isLarge(entry);
	const isFar = entry.offset >= most32;
	const extra = zip64Extra([...(large ? [entry.size, entry.packedSize] : []), ...(isFar ? [entry.offset] : [])]);
	const mode = entry.path.endsWith('/') ? folderMode : fileMode;
	const head = record(
		[4, 0x02014b50],
		[2, madeByUnix | zip64Version],
		...common(entry, large, name.length, extra.length),
		[2, 0],
		[2, 0],
		[2, 0],
		[4, mode * 0x10000],
		[4, isFar ? most32 : entry.offset],
	);
	return Buffer.concat([head, name, extra]);
}

/** What follows the directory: where it is, how long, how many entries; in ZIP64's form as well where that is needed. */
export function endRecords(at: number, size: number, entries: number, comment: string): Buffer {
	const text = Buffer.from(comment);
	const parts: Buffer[] = [];
	if (at >= most32 || size >= most32 || entries >= most16) {
		parts.push(
			record([4, 0x06064b50], [8, 44], [2, madeByUnix | zip64Version], [2, zip64Version], [4, 0], [4, 0]),
			record([8, entries], [8, entries], [8, size], [8, at]),
			record([4, 0x07064b50], [4, 0], [8, at + size], [4, 1]),
		);
	}
	const [count, length, offset] = [Math.min(entries, most16), Math.min(size, most32), Math.min(at, most32)];
	parts.push(record([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, length], [4, offset], [2, text.length]), text);
	return Buffer.concat(parts);
}
