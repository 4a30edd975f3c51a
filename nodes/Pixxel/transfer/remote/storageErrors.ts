import { Failure } from '../../errors/Failure';
import { certificateAdvice } from '../../retry/networkErrors';
import type { StorageAnswer } from './Storage';

/** Statuses by which S3, GCS, Azure and gateways refuse a signed URL whose time is over. */
const REFUSED = new Set([401, 403, 410]);
const EXPIRY = /expired|expiry/i;
const THROTTLING = /slow ?down|throttl|too ?many|rate ?limit|limit ?exceeded/i;

/** @param explanation the start of the answer's body */
export function isExpiredUrl(status: number, explanation: string): boolean {
	if (isThrottled(status, explanation)) return false;
	return REFUSED.has(status) || (status === 400 && saysExpired(explanation));
}

/** Whether the body of a refusal says that the URL's time is over. */
export function saysExpired(explanation: string): boolean {
	return EXPIRY.test(explanation);
}

/** Whether storage asks for fewer requests, or fewer at a time: by its status, or in words. */
export function isThrottled(status: number, explanation: string): boolean {
	return status === 429 || status === 503 || (status === 403 && THROTTLING.test(explanation));
}

/** The code in S3's, GCS' and Azure's XML bodies. Their longer texts may quote the signed request. */
export function describeStatus(status: number, explanation: string): string {
	const code = /<Code>([A-Za-z]{1,40})<\/Code>/.exec(explanation)?.[1];
	return code ? `${status} (${code})` : String(status);
}

/**
 * A status that ends the transfer.
 *
 * @param explanation the start of the answer's body
 */
export function storageRefusal(status: number, explanation: string): Failure {
	return new Failure(
		`Storage refused the package: it answered with ${describeStatus(status, explanation)}`,
		adviceFor(status, explanation),
		status,
	);
}

function adviceFor(status: number, explanation: string): string {
	const look = 'Check the clock of this machine, and that no proxy adds to or changes requests.';
	if (isExpiredUrl(status, explanation)) return `Fresh links were refused as well. ${look}`;
	if (status === 400) return look;
	return 'Run the node again. If it happens again, request the package again in Aurora, or tell Pixxel.';
}

/** @param code of the network error, where it has one */
export function notSent(code: string | undefined): Failure {
	return new Failure(
		'The package could not be fetched: the request to its storage could not be sent',
		certificateAdvice(code) ?? `Make sure that this n8n can reach the internet, directly or through its proxy. (${code ?? 'no reason given'})`,
	);
}

/** Whether a body is compressed still: what n8n's client has not undone, nobody can. ("aws-chunked" is a word that some stores leave there.) */
export function isCompressed({ headers }: StorageAnswer): boolean {
	return /gzip|compress|deflate|\bbr\b|zstd/i.test(headers['content-encoding'] ?? '');
}

const NOT_COMPRESSED =
	'Make sure that no proxy between n8n and the storage compresses what it passes on. If there is none, tell Pixxel; the output "Signed URL" works all the same.';

/** Storage, or something on the way, compresses what it sends in a way that n8n's client cannot undo, although the request forbids it. */
export function compressed(): Failure {
	return new Failure('The package could not be fetched: it comes compressed (Content-Encoding), although the request forbids that', NOT_COMPRESSED);
}

/** What is said to be compressed (Content-Encoding), and is damaged, or is not compressed at all. */
export function undecodable(): Failure {
	return new Failure('The package could not be fetched: it is said to come compressed (Content-Encoding), but cannot be unpacked', NOT_COMPRESSED);
}

/** Whether a body ended because it is not what its Content-Encoding says: zlib's and Brotli's codes for that. */
export function isUndecodable(code: string | undefined): boolean {
	return code !== undefined && /^(Z_DATA_ERROR|Z_NEED_DICT|ERR_BROTLI|ERR__)/.test(code);
}
