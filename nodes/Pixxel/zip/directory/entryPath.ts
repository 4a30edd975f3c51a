import { crc32 } from '../format/crc32';
import type { ExtraFields } from '../format/extraFields';
import { UTF8_FLAG } from '../format/zipFormat';

/** The upper half of the character set of MS-DOS, which names are in that say nothing else (APPNOTE.TXT, appendix D). */
const CP437 =
	'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

const UNICODE_PATH_FIELD = 0x7075;

/** The path of an entry, by its flags, its Unicode Path extra field, or in CP437. */
export function decodeEntryPath(name: Buffer, flags: number, extra: ExtraFields): string {
	if (flags & UTF8_FLAG) return name.toString('utf8');
	const unicode = extra.get(UNICODE_PATH_FIELD);
	// It is of this name only if it holds its checksum: older tools rename an entry and leave the field as it was.
	if (unicode && unicode.length > 5 && unicode[0] === 1 && unicode.readUInt32LE(1) === crc32(name)) {
		return unicode.toString('utf8', 5);
	}
	// Nearly all names are ASCII, and there may be half a million: they are not looked at byte by byte.
	return name.toString('latin1').replace(/[\x80-\xff]/g, (sign) => CP437.charAt(sign.charCodeAt(0) - 128));
}
