import { baseName } from './fileNames';

/**
 * The file name in a Content-Disposition header: `filename*` (RFC 8187) before `filename`, never a path.
 *
 * @returns undefined where the header gives none that could name a file
 */
export function fileNameIn(header: string | undefined): string | undefined {
	if (!header) return undefined;
	const extended = /filename\*\s*=\s*([\w!#$%&+^`{}~-]*)'[^']*'([^;\s]+)/i.exec(header);
	const named = extended && decodeExtended(extended[1] as string, extended[2] as string);
	return named || baseName(decodePlain(header));
}

function decodeExtended(charset: string, value: string): string | undefined {
	try {
		if (/^utf-8$/i.test(charset)) return baseName(decodeURIComponent(value));
		const bytes = value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
			String.fromCharCode(parseInt(hex, 16)),
		);
		return /^iso-8859-1$/i.test(charset) ? baseName(bytes) : undefined;
	} catch {
		return undefined; // A broken percent sign: the plain form may still do.
	}
}

function decodePlain(header: string): string {
	const match = /(?:^|;)\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/i.exec(header);
	const raw = match?.[1]?.replace(/\\(.)/g, '$1') ?? match?.[2]?.trim() ?? '';
	// Node reads headers as Latin-1; many servers write UTF-8 there all the same.
	const utf8 = Buffer.from(raw, 'latin1').toString('utf8');
	return utf8.includes('\uFFFD') ? raw : utf8;
}
