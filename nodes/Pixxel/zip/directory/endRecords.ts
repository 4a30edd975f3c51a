import type { ByteRange } from '../../bytes/ByteRange';
import {
	EOCD_BYTES,
	EOCD_SIGNATURE,
	signatureBytes,
	ZIP64_EOCD_BYTES,
	ZIP64_EOCD_SIGNATURE,
	ZIP64_LOCATOR_BYTES,
	ZIP64_LOCATOR_SIGNATURE,
} from '../format/zipFormat';
import type { ArchiveTail } from './ArchiveTail';

/** What one record says of the central directory. */
export interface DirectoryClaim {
	/** First byte of the directory, not counting what stands before the archive. */
	offset: number;
	bytes: number;
	count: number;
}

/** An end of central directory record: a place where an archive may end. */
export interface EndRecord {
	at: number;
	/** Whether its comment ends where the package does. What looks like a record in a comment or in data seldom does that. */
	isExact: boolean;
	/** Where the directory may end: before this record, or before the ZIP64 records that precede it. */
	directoryEnds: number[];
	/** What is said of the directory, here and in ZIP64: the more likely first. */
	claims: DirectoryClaim[];
}

const EOCD = signatureBytes(EOCD_SIGNATURE);

/** Anything may look like an end record. Who fills a package with them shall not keep anybody busy. */
const MAX_SIGNATURES = 100_000;
const MAX_RECORDS = 64;

/** The end records in the part of an archive that has been read: those that end where it does first, and of these the last. */
export function endRecords(tail: ArchiveTail): EndRecord[] {
	const exact: EndRecord[] = [];
	const others: EndRecord[] = [];
	let at = tail.lastIndexOf(EOCD, tail.length - EOCD_BYTES);
	for (let seen = 0; at !== undefined && seen < MAX_SIGNATURES; seen++) {
		const record = readEndRecord(tail, at);
		const records = record.isExact ? exact : others;
		if (records.length < MAX_RECORDS && isPossible(record)) records.push(record);
		at = tail.lastIndexOf(EOCD, at - 1);
	}
	return [...exact, ...others];
}

/** Other text than a record has such numbers by chance only. One that ends where the package does is a record, right or wrong. */
const isPossible = ({ at, isExact, claims }: EndRecord) => isExact || claims.some(({ offset, bytes }) => offset < at || bytes <= at);

function readEndRecord(tail: ArchiveTail, at: number): EndRecord {
	const record = tail.slice({ start: at, end: at + EOCD_BYTES });
	const claim = { count: record.readUInt16LE(10), bytes: record.readUInt32LE(12), offset: record.readUInt32LE(16) };
	const zip64 = readZip64(tail, at - ZIP64_LOCATOR_BYTES);
	const common = { at, isExact: at + EOCD_BYTES + record.readUInt16LE(20) === tail.length };
	if (!zip64) return { ...common, directoryEnds: [at], claims: [claim] };
	// Each of them may be what a comment happens to hold.
	const isPlaceholder = claim.count === 0xffff || claim.bytes === 0xffffffff || claim.offset === 0xffffffff;
	const claims = isPlaceholder ? [zip64.claim, claim] : [claim, zip64.claim];
	return { ...common, directoryEnds: [zip64.at, at], claims };
}

function readZip64(tail: ArchiveTail, locatorAt: number): { at: number; claim: DirectoryClaim } | undefined {
	const locator = within(tail, { start: locatorAt, end: locatorAt + ZIP64_LOCATOR_BYTES });
	if (locator?.readUInt32LE(0) !== ZIP64_LOCATOR_SIGNATURE) return undefined;
	// Bytes before the archive shift all offsets: then the record is looked for where it stands most often.
	for (const at of [Number(locator.readBigUInt64LE(8)), locatorAt - ZIP64_EOCD_BYTES]) {
		const record = at < locatorAt ? within(tail, { start: at, end: at + ZIP64_EOCD_BYTES }) : undefined;
		if (record?.readUInt32LE(0) !== ZIP64_EOCD_SIGNATURE) continue;
		const large = (offset: number) => Number(record.readBigUInt64LE(offset));
		return { at, claim: { count: large(32), bytes: large(40), offset: large(48) } };
	}
	return undefined;
}

/** Bytes that have been read. */
const within = (tail: ArchiveTail, range: ByteRange): Buffer | undefined =>
	range.start >= tail.start && range.end <= tail.length ? tail.slice(range) : undefined;
