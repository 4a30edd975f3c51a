import { Failure } from '../errors/Failure';
import { redact } from '../errors/redact';
import { printable } from '../errors/printable';

/** So much of a text is looked at. A refusal has less; what has more and begins like one is a package. */
export const LOOKED_AT_BYTES = 64 * 1024;

/** Elements by which services wrap a refusal: S3, GCS and Azure; gateways; OGC services. */
const XML_REFUSAL = /^<(?:\w+:)?(?:Error|Errors|ErrorResponse|ExceptionReport|ServiceExceptionReport)[\s>]/i;

const WEB_PAGE = /^<(?:!doctype\s+html|html|head|body|title|script|meta)[\s>]/i;

/** What a JSON object holds that says nothing but that something went wrong. One that holds anything else may be a result. */
const REFUSAL_FIELDS = new Set(
	'code detail details error errorcode error_code error_description errors fault instance message path reason request_id requestid service status statuscode status_code success timestamp title trace_id traceid type'.split(' '),
);
const REFUSAL_WORDS = ['error', 'errors', 'fault', 'message', 'detail'];

/** Enough for the first words, and for links to be found in them. */
const WORDS_CHARACTERS = 2_000;

/** Longer runs of such characters are tokens and signatures, and no words. */
const TOKEN = /[\w+/=.~-]{40,}/g;

/** Whether a body that begins so may be text of a kind that is looked at: then more of it is needed to tell. */
export function mayBeUnexpected(start: Buffer): boolean {
	return start.length < 4 || /^\s*([<{]|$)/.test(textOf(start.subarray(0, 1_024)));
}

/**
 * What storage sent with a status of success, where that is plainly no package: a web page (of a proxy, or to log in), a refusal in XML or JSON.
 * Whatever else it is, an archive, an image, a table, GeoJSON, may be what the analysis has made.
 *
 * @param start the first bytes of the body
 * @param isAll whether these are all
 */
export function unexpectedContent(contentType: string | undefined, start: Buffer, isAll: boolean): Failure | undefined {
	if (!mayBeUnexpected(start)) return undefined;
	const text = withoutProlog(textOf(start.subarray(0, LOOKED_AT_BYTES)));
	const said = contentType?.split(';')[0]?.trim();
	const type = said ? ` (${printable(said)})` : '';
	const failure = (what: string, words: string, advice: string) =>
		new Failure(`Storage sent ${what}${type} instead of the package: "${inWords(words)}"`, advice);
	if (WEB_PAGE.test(text)) {
		const advice = 'A proxy, a firewall or a login page may stand between this n8n and the storage: have it let the storage\'s address pass. Then run the node again.';
		return failure('a web page', text.replace(/<(script|style)\b.*?(<\/\1>|$)/gis, ' ').replace(/<[^>]*(>|$)/g, ' '), advice);
	}
	const again = 'Run the node again. If it happens again, request the package again in Aurora, or tell Pixxel.';
	// S3's further elements may quote the signed request.
	if (XML_REFUSAL.test(text)) return failure('a refusal', elementsOf(text, ['Code', 'Message']) || text.replace(/<[^>]*(>|$)/g, ' '), again);
	return isAll && start.length <= LOOKED_AT_BYTES && isJsonRefusal(text) ? failure('a refusal', text, again) : undefined;
}

/** As UTF-8, or UTF-16 where a mark says so. */
function textOf(bytes: Buffer): string {
	const isUtf16 = bytes.length > 1 && bytes.readUInt16LE(0) === 0xfeff;
	return bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\ufeff/, '');
}

/** Without the declaration and the comments that may stand before an element. */
function withoutProlog(text: string): string {
	let rest = text.trimStart();
	for (const [begins, ends] of [['<?', '?>'], ['<!--', '-->']] as const) {
		for (let end = 0; end >= 0 && rest.startsWith(begins); ) {
			end = rest.indexOf(ends, begins.length);
			if (end >= 0) rest = rest.slice(end + ends.length).trimStart();
		}
	}
	return rest;
}

function elementsOf(xml: string, names: string[]): string {
	return names.flatMap((name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.trim() || []).join(': ');
}

function isJsonRefusal(text: string): boolean {
	if (!text.startsWith('{')) return false;
	let value: Record<string, unknown>;
	try {
		value = JSON.parse(text) as Record<string, unknown>;
	} catch {
		return false;
	}
	// GeoJSON has a type, and things that no refusal has.
	const names = Object.keys(value).map((name) => name.toLowerCase());
	const isEnvelope = names.every((name) => REFUSAL_FIELDS.has(name)) && names.some((name) => REFUSAL_WORDS.includes(name));
	return isEnvelope || Boolean(value.error) || Boolean(value.Error);
}

/** The first words, without what may be a secret. */
function inWords(text: string): string {
	const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'" };
	const plain = text.slice(0, WORDS_CHARACTERS).replace(/&(\w+|#39);/g, (sign, name: string) => entities[name] ?? sign);
	return printable(redact(plain).replace(TOKEN, '…').replace(/\s+/g, ' ').trim());
}
