import { crc32 } from '../format/crc32';
import type { ExtraFields } from '../format/extraFields';
import { UTF8_FLAG } from '../format/zipFormat';

/** The upper half of the character set of MS-DOS, which names are in that say nothing else (APPNOTE.TXT, appendix D). */
const CP437 =
	'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

const UNICODE_PATH_FIELD = 0x7075;

/** The path of an entry, with slashes, by its flags, its Unicode Path extra field, or whatever its bytes can be. */
export function decodeEntryPath(rawName: Buffer, flags: number, extra: ExtraFields): string {
	// Windows PowerShell and older .NET write backslashes.
	return decode(rawName, flags, extra).replaceAll('\\', '/');
}

function decode(rawName: Buffer, flags: number, extra: ExtraFields): string {
	const unicode = extra.get(UNICODE_PATH_FIELD);
	// It is of this name only if it holds its checksum: older tools rename an entry and leave the field as it was.
	const isOfThisName = unicode && unicode.length > 5 && unicode[0] === 1 && unicode.readUInt32LE(1) === crc32(rawName);
	if (isOfThisName && !(flags & UTF8_FLAG)) return unicode.toString('utf8', 5);
	const latin1 = rawName.toString('latin1');
	// Nearly all names are ASCII, and there may be half a million: they are not looked at byte by byte.
	if (!/[\x80-\xff]/.test(latin1)) return latin1;
	// Many writers of UTF-8 leave its flag out. Text in CP437 is hardly ever valid UTF-8.
	const utf8 = rawName.toString('utf8');
	if (Buffer.from(utf8).equals(rawName)) return utf8;
	return latin1.replace(/[\x80-\xff]/g, (sign) => CP437.charAt(sign.charCodeAt(0) - 128));
}
