import type { StorageAnswer } from './Storage';

/** What tells one version of a stored package from another. */
export interface ObjectVersion {
	etag?: string;
	lastModified?: string;
	/** Bytes in all; undefined where storage does not say. */
	length?: number;
}

/** Where in the package an answer's bytes belong, by its Content-Range (RFC 9110, 14.4). */
export interface ContentRange {
	start: number;
	/** First byte after the last one. */
	end: number;
	/** Undefined for `*`. */
	total?: number;
}

/** @returns undefined where the header is missing or is no byte range */
export function readContentRange(header: string | undefined): ContentRange | undefined {
	const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header?.trim() ?? '');
	if (!match) return undefined;
	const [start, last, total] = match.slice(1).map(Number) as [number, number, number];
	if (last < start || last >= total) return undefined;
	return { start, end: last + 1, total: Number.isNaN(total) ? undefined : total };
}

/** Where in the package an answer's body starts; undefined where a part of it does not say. */
export function firstByteOf({ status, headers }: StorageAnswer): number | undefined {
	return status === 206 ? readContentRange(headers['content-range'])?.start : 0;
}

/** What calls itself all of the package (200), and says by its Content-Range that it is a part, is that part. */
export function asAnswered(answer: StorageAnswer): StorageAnswer {
	const range = readContentRange(answer.headers['content-range']);
	const length = readLength(answer.headers['content-length']);
	const isPart = answer.status === 200 && range !== undefined && (length ?? range.end - range.start) === range.end - range.start;
	return isPart ? { ...answer, status: 206 } : answer;
}

function readLength(header: string | undefined): number | undefined {
	return header !== undefined && /^\d+$/.test(header.trim()) ? Number(header) : undefined;
}

/** The version that an answer speaks of: the whole package (200) or a part of it (206). */
export function versionOf({ status, headers, isDecoded = false }: StorageAnswer): ObjectVersion {
	const { etag, 'last-modified': lastModified } = headers;
	if (isDecoded) return { etag, lastModified, length: undefined };
	const length =
		status === 206
			? readContentRange(headers['content-range'])?.total
			: readLength(headers['content-length']);
	return { etag, lastModified, length };
}

/** Whether two answers can speak of the same version: nothing that both of them announce differs. */
export function sameVersion(a: ObjectVersion, b: ObjectVersion): boolean {
	const differs = (x: unknown, y: unknown) => x !== undefined && y !== undefined && x !== y;
	const opaque = (etag: string | undefined) => etag?.replace(/^W\//, '');
	return !(
		differs(opaque(a.etag), opaque(b.etag)) ||
		differs(a.lastModified, b.lastModified) ||
		differs(a.length, b.length)
	);
}

/** The headers that ask for bytes `start` up to, not including, `end`, of this version only. */
export function rangeHeaders(
	{ etag }: ObjectVersion,
	start: number,
	end: number,
): Record<string, string> {
	const headers: Record<string, string> = { Range: `bytes=${start}-${end - 1}` };
	// A weak ETag never matches (RFC 9110, 13.1.1): there, only the comparison of the answer protects.
	if (etag && !etag.startsWith('W/')) headers['If-Match'] = etag;
	return headers;
}
