import type { Content } from '../packages/content.mts';
import type { Package } from '../packages/packages.mts';
import type { StorageFault } from '../types.mts';
import { digestHeaders } from './digests.mts';

/** Bytes of a package: from the first, up to but not including `end`. */
export interface ByteRange {
	from: number;
	end: number;
}

/**
 * Reads a Range header against a size. Undefined: it asks for the whole (no header, another unit, several ranges or a syntax that
 * servers ignore). A range without bytes cannot be satisfied, as none can of an empty package.
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
	const [, first = '', last = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '') ?? [];
	if (first === '') return last === '' ? undefined : { from: Math.max(0, size - Number(last)), end: size };
	if (last !== '' && Number(last) < Number(first)) return undefined;
	return { from: Math.min(size, Number(first)), end: last === '' ? size : Math.min(size, Number(last) + 1) };
}

/**
 * Content-Disposition for a file name in both forms: a plain one for old clients, in which what is not ASCII is replaced, and
 * the extended one of RFC 6266.
 */
function contentDisposition(fileName: string): string {
	const plain = fileName.replace(/[^\x20-\x7e]/g, '_').replace(/["\\]/g, '\\$&');
	const extended = encodeURIComponent(fileName).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
	return `attachment; filename="${plain}"; filename*=UTF-8''${extended}`;
}

/** A header value as UTF-8 bytes: what servers send that do not care about Latin-1. */
const asHeaderBytes = (value: string): string => Buffer.from(value, 'utf8').toString('latin1');

/** The validator a package announces; undefined when it announces none. */
export function etagOf({ settings: { etag = 'strong' } }: Package, { version }: Content): string | undefined {
	return { strong: `"${version}"`, weak: `W/"${version}"`, none: undefined }[etag];
}

/** The headers that describe the package and this part of it, as a fault has them. */
export async function describe(pack: Package, content: Content, range: ByteRange | undefined, fault: StorageFault) {
	const { settings, fileName } = pack;
	const { contentType = 'application/zip', contentDisposition: disposition = contentDisposition(fileName), digests = [], wrongDigest } = settings;
	const headers: Record<string, string | number | undefined> = {
		'content-type': contentType || undefined,
		'content-disposition': asHeaderBytes(disposition) || undefined,
		etag: etagOf(pack, content),
		'last-modified': settings.lastModified === false ? undefined : new Date(pack.modifiedMs).toUTCString(),
		'accept-ranges': settings.ranges === false ? undefined : 'bytes',
		'content-length': settings.announceLength === false ? undefined : range === undefined ? content.size : range.end - range.from,
		...(await digestHeaders(content, digests, range !== undefined, wrongDigest)),
	};
	if (range !== undefined && !fault.noContentRange) {
		const from = range.from + (fault.wrongContentRange ? 1 : 0);
		headers['content-range'] = `bytes ${from}-${from + range.end - range.from - 1}/${content.size}`;
	}
	return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}
