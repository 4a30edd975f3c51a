import type { StorageAnswer } from './storage';

/** What tells one version of a stored package from another. */
export interface Version {
	etag?: string;
	lastModified?: string;
	/** Bytes in all; undefined where storage does not say. */
	length?: number;
}

/** Where in the package an answer's bytes belong, by its Content-Range (RFC 9110, 14.4). */
export interface ContentRange {
	from: number;
	/** First byte after the last one. */
	end: number;
	/** Undefined for `*`. */
	total?: number;
}

/** @returns undefined where the header is missing or is no byte range */
export function readContentRange(header: string | undefined): ContentRange | undefined {
	const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header?.trim() ?? '');
	if (!match) return undefined;
	const [from, last, total] = match.slice(1).map(Number) as [number, number, number];
	if (last < from || last >= total) return undefined;
	return { from, end: last + 1, total: Number.isNaN(total) ? undefined : total };
}

function readLength(header: string | undefined): number | undefined {
	return header !== undefined && /^\d+$/.test(header.trim()) ? Number(header) : undefined;
}

/** The version that an answer speaks of: the whole package (200) or a part of it (206). */
export function versionOf({ status, headers, isDecoded = false }: StorageAnswer): Version {
	const { etag, 'last-modified': lastModified } = headers;
	if (isDecoded) return { etag, lastModified, length: undefined };
	const length =
		status === 206
			? readContentRange(headers['content-range'])?.total
			: readLength(headers['content-length']);
	return { etag, lastModified, length };
}

/** Whether two answers can speak of the same version: nothing that both of them announce differs. */
export function sameVersion(a: Version, b: Version): boolean {
	const differs = (x: unknown, y: unknown) => x !== undefined && y !== undefined && x !== y;
	const opaque = (etag: string | undefined) => etag?.replace(/^W\//, '');
	return !(
		differs(opaque(a.etag), opaque(b.etag)) ||
		differs(a.lastModified, b.lastModified) ||
		differs(a.length, b.length)
	);
}

/** The headers that ask for bytes `from` up to, not including, `end`, of this version only. */
export function rangeHeaders(
	{ etag }: Version,
	from: number,
	end: number,
): Record<string, string> {
	const headers: Record<string, string> = { Range: `bytes=${from}-${end - 1}` };
	// A weak ETag never matches (RFC 9110, 13.1.1): there, only the comparison of the answer protects.
	if (etag && !etag.startsWith('W/')) headers['If-Match'] = etag;
	return headers;
}
