import { readAll } from '../../bytes/readAll';
import type { ArchiveSource } from '../format/ArchiveSource';
import { ZIP64_PLACEHOLDER } from '../format/extraFields';
import { LOCAL_HEADER_BYTES, LOCAL_HEADER_SIGNATURE, signatureBytes } from '../format/zipFormat';
import type { PlannedEntry } from './planExtraction';

/** A local header. Only how long it is can be relied on: the rest is often zeros, or outdated. */
export interface LocalHeader {
	/** Bytes of the header in all. */
	bytes: number;
	/** Zero where it is said elsewhere, as the other numbers. */
	compressedSize: number;
	size: number;
	crc32: number;
}

/** Reads the part of a local header that has a fixed length; undefined where it is none. */
export function readLocalHeader(header: Buffer): LocalHeader | undefined {
	if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_HEADER_SIGNATURE) return undefined;
	const bytes = LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
	const compressedSize = header.readUInt32LE(18);
	return {
		bytes,
		compressedSize: compressedSize === ZIP64_PLACEHOLDER ? 0 : compressedSize,
		size: header.readUInt32LE(22),
		crc32: header.readUInt32LE(14),
	};
}

/** How far from its place a header is looked for: whatever was inserted or lost before it, is mostly little. */
const SEARCHED_BYTES = 64 * 1024;

const SIGNATURE = signatureBytes(LOCAL_HEADER_SIGNATURE);

/** Finds the local header of a file: where the directory says, or else the nearest one that has its name or its checksum. */
export async function findLocalHeader(
	source: ArchiveSource,
	entry: PlannedEntry,
): Promise<(LocalHeader & { offset: number }) | undefined> {
	const { localHeaderOffset, rawName, crc32 } = entry;
	const start = Math.max(0, localHeaderOffset - SEARCHED_BYTES);
	const end = Math.min(source.length, localHeaderOffset + LOCAL_HEADER_BYTES + SEARCHED_BYTES);
	if (start >= end) return undefined;
	const bytes = await readAll(source.read([{ start, end }]));
	const headerAt = (offset: number) => readLocalHeader(bytes.subarray(Math.max(0, offset - start)));
	const told = localHeaderOffset >= start ? headerAt(localHeaderOffset) : undefined;
	if (told) return { ...told, offset: localHeaderOffset };
	const offsets: number[] = [];
	for (let at = -1; (at = bytes.indexOf(SIGNATURE, at + 1)) >= 0 && at + LOCAL_HEADER_BYTES <= bytes.length; ) {
		const name = bytes.subarray(at + LOCAL_HEADER_BYTES, at + LOCAL_HEADER_BYTES + bytes.readUInt16LE(at + 26));
		if (name.equals(rawName) || (crc32 !== 0 && bytes.readUInt32LE(at + 14) === crc32)) offsets.push(start + at);
	}
	const distance = (offset: number) => Math.abs(offset - localHeaderOffset);
	const [nearest] = offsets.sort((a, b) => distance(a) - distance(b));
	const found = nearest === undefined ? undefined : headerAt(nearest);
	return found && { ...found, offset: nearest as number };
}
