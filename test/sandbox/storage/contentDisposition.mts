/**
 * Content-Disposition for a file name in both forms: a plain one for old clients, in which what is not ASCII is replaced, and
 * the extended one of RFC 6266.
 */
export function contentDisposition(fileName: string): string {
	const plain = fileName.replace(/[^\x20-\x7e]/g, '_').replace(/["\\]/g, '\\$&');
	const extended = encodeURIComponent(fileName).replace(
		/['()*]/g,
		(letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
	);
	return `attachment; filename="${plain}"; filename*=UTF-8''${extended}`;
}

/** A header value as UTF-8 bytes: what servers send that do not care about Latin-1. */
export const asHeaderBytes = (value: string): string => Buffer.from(value, 'utf8').toString('latin1');
