import type { IncomingHttpHeaders } from 'node:http';

/** What a package says about its version. */
export interface Validators {
	/** As announced, with quotes and `W/`. */
	etag: string | undefined;
	lastModified: Date | undefined;
}

const listed = (header: string) => header.split(',').map((tag) => tag.trim());

/** Strong comparison: a weak tag matches nothing. */
const strongly = (tag: string, etag: string | undefined) =>
	etag !== undefined && !etag.startsWith('W/') && tag === etag;

const bare = (tag: string) => tag.replace(/^W\//, '');

/** Evaluates If-Match and its relatives in the order of RFC 9110. Undefined: go on. */
export function failedPrecondition(
	headers: IncomingHttpHeaders,
	{ etag, lastModified }: Validators,
): 412 | 304 | undefined {
	const ifMatch = headers['if-match'];
	const unmodifiedSince = headers['if-unmodified-since'];
	if (ifMatch !== undefined) {
		if (ifMatch.trim() !== '*' && !listed(ifMatch).some((tag) => strongly(tag, etag))) return 412;
	} else if (unmodifiedSince !== undefined && lastModified !== undefined) {
		if (lastModified.getTime() > Date.parse(unmodifiedSince)) return 412;
	}
	const ifNoneMatch = headers['if-none-match'];
	const modifiedSince = headers['if-modified-since'];
	if (ifNoneMatch !== undefined) {
		if (ifNoneMatch.trim() === '*' || listed(ifNoneMatch).some((tag) => etag !== undefined && bare(tag) === bare(etag)))
			return 304;
	} else if (modifiedSince !== undefined && lastModified !== undefined) {
		if (lastModified.getTime() <= Date.parse(modifiedSince)) return 304;
	}
	return undefined;
}

/** Whether a Range counts: without If-Range always, else only if it names this very version. */
export function rangeCounts(ifRange: string | undefined, { etag, lastModified }: Validators): boolean {
	if (ifRange === undefined) return true;
	if (/^(W\/)?"/.test(ifRange)) return strongly(ifRange, etag);
	return lastModified !== undefined && lastModified.getTime() === Date.parse(ifRange);
}
