import { damagedDirectory, directoryTooLong, notAZip } from '../format/zipErrors';
import { GIB_4, LOCAL_HEADER_SIGNATURE } from '../format/zipFormat';
import type { ArchiveTail } from './ArchiveTail';
import { centralHeaderEnd, followHeaders, longestChain } from './centralHeaders';
import { type EndRecord, endRecords } from './endRecords';

/** Where the directory of a ZIP lies, and what it holds. */
export interface CentralDirectory {
	start: number;
	/** Its headers, and nothing else. */
	bytes: Buffer;
	/** What is to be added to its offsets: most often the bytes that stand before the archive. */
	shift: number;
	/** How many times 4 GiB the end record has left out of the directory's offset: files' offsets may lack as much. */
	wraps: number;
}

/** A directory of half a million files. It is read into memory. */
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;

/**
 * How far from the last byte the end record is looked for, in steps: a comment may have 65,535 bytes. What comes after them is for archives
 * that something was appended to.
 */
const SEARCHED_BYTES = [0, 66 * 1024, 1024 * 1024, 16 * 1024 * 1024];

/** A place for the directory, by what an end record says. */
type Place = Omit<CentralDirectory, 'bytes'> & { end: number; count: number; isConsistent: boolean };

/**
 * Finds the directory by the records at the end of the package. Where what they say does not fit, the signatures tell where things are.
 *
 * @throws Failure where this is no ZIP, or its directory is damaged or too long
 */
export async function findCentralDirectory(tail: ArchiveTail): Promise<CentralDirectory> {
	const tried = new Set<number>();
	let last: EndRecord | undefined;
	let isEmpty = false;
	for (const bytes of SEARCHED_BYTES) {
		await tail.reach(tail.length - bytes);
		for (const record of endRecords(tail).filter(({ at }) => !tried.has(at))) {
			tried.add(record.at);
			last ??= record;
			const found = await directoryBefore(tail, record);
			if (found) return found;
			isEmpty ||= record.claims.some((claim) => claim.count === 0 && claim.bytes === 0);
		}
		// A comment may hold what looks like a whole, empty archive: so one with files is preferred.
		if (isEmpty && bytes > 0) return { start: 0, bytes: Buffer.alloc(0), shift: 0, wraps: 0 };
	}
	if (last === undefined) throw notAZip();
	const found = searchBefore(tail, last);
	if (!found) throw damagedDirectory('it breaks off, or does not lie where it is said to');
	return found;
}

async function directoryBefore(tail: ArchiveTail, record: EndRecord): Promise<CentralDirectory | undefined> {
	let unsure: CentralDirectory | undefined;
	for (const place of placesBefore(record)) {
		const found = await directoryAt(tail, place);
		if (found && (place.isConsistent || (await pointsAtFiles(tail, found)))) return found;
		unsure ??= found;
	}
	const isTooLong = record.claims.some(({ bytes }) => bytes > MAX_DIRECTORY_BYTES && bytes < record.at);
	if (!unsure && isTooLong && record.isExact) throw directoryTooLong('it has more than 64 MiB');
	return unsure;
}

/** Where the directory may lie. Offset and size that lead to the same place are right; of others, the files tell. */
function placesBefore({ claims, directoryEnds }: EndRecord): Place[] {
	const places = claims.flatMap(({ offset, bytes, count }) =>
		directoryEnds.flatMap((end): Place[] => {
			const start = end - bytes;
			const isConsistent = start === offset;
			const place = { start, end, count, isConsistent, shift: start - offset, wraps: 0 };
			const wraps = (start - offset) / GIB_4;
			if (wraps > 0 && Number.isInteger(wraps)) return [{ ...place, shift: 0, wraps }];
			return isConsistent ? [place] : [place, { ...place, start: offset, shift: 0 }, { ...place, shift: 0 }];
		}),
	);
	return places
		.filter(({ start, end }) => start >= 0 && start < end && end - start <= MAX_DIRECTORY_BYTES)
		.sort((a, b) => Number(b.isConsistent) - Number(a.isConsistent));
}

async function directoryAt(tail: ArchiveTail, { start, end, count, shift, wraps }: Place): Promise<CentralDirectory | undefined> {
	await tail.reach(start);
	const bytes = tail.slice({ start, end });
	const chain = followHeaders(bytes);
	// Counts are often wrong, something may stand between the directory and its end, and the last header may reach beyond that: but where a
	// header in the middle is wrong about its length, files are missing.
	const isWhole = chain.end === bytes.length || (chain.count & 0xffff) === (count & 0xffff);
	return chain.count > 0 && isWhole ? { start, shift, wraps, bytes: bytes.subarray(0, chain.end) } : undefined;
}

/** Whether the first file lies where the directory says, or the last. */
async function pointsAtFiles(tail: ArchiveTail, { bytes, shift }: CentralDirectory): Promise<boolean> {
	let last = 0;
	for (let next = centralHeaderEnd(bytes, 0); next !== undefined && next < bytes.length; next = centralHeaderEnd(bytes, next)) last = next;
	for (const header of new Set([0, last])) {
		const start = bytes.readUInt32LE(header + 42) + shift;
		if ((await tail.look({ start, end: start + 4 }))?.readUInt32LE(0) === LOCAL_HEADER_SIGNATURE) return true;
	}
	return false;
}

/** Where an end record is wrong about place and size: all headers that stand right before it. */
function searchBefore(tail: ArchiveTail, { directoryEnds, claims }: EndRecord): CentralDirectory | undefined {
	for (const end of directoryEnds) {
		const found = longestChain(tail.slice({ start: tail.start, end }));
		if (!found) continue;
		const isCounted = claims.some(({ count }) => (count & 0xffff) === (found.count & 0xffff));
		const start = tail.start + found.start;
		if (isCounted || !found.isPreceded) return { start, bytes: tail.slice({ start, end }), shift: 0, wraps: 0 };
	}
	return undefined;
}
