/** What the code of a network error looks like, and an HTTP status does not. */
const CODE = /^[A-Z]/;

/**
 * The code of the network error behind whatever n8n's request helpers threw: they wrap Node's error in
 * one or more of their own. Some keep it as `cause`; n8n 2.0 keeps nothing but its code, as `httpCode`.
 */
export function networkCode(error: unknown): string | undefined {
	let current = error as { code?: unknown; httpCode?: unknown; cause?: unknown } | undefined;
	for (let depth = 0; current && typeof current === 'object' && depth < 6; depth++) {
		for (const code of [current.code, current.httpCode]) {
			if (typeof code === 'string' && CODE.test(code)) return code;
		}
		current = current.cause as typeof current;
	}
	return undefined;
}

/** Nobody is listening at that address: worth a few tries, not half an hour of them. */
const UNREACHABLE = /^(ENOTFOUND|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/;

/** The line broke or nobody answered in time: the same request may well succeed later. */
const PASSING =
	/^(ECONNRESET|ECONNABORTED|ETIMEDOUT|EPIPE|EAI_AGAIN|ENETDOWN|ERR_NETWORK|ERR_BAD_RESPONSE|ERR_STREAM_PREMATURE_CLOSE|ERR_CANCELED|HPE_.*)$/;

export type Trouble = 'passing' | 'unreachable' | 'final';

/** Sorts a network error by whether asking again makes sense. */
export function troubleOf(code: string | undefined): Trouble {
	if (code === undefined) return 'final';
	if (UNREACHABLE.test(code)) return 'unreachable';
	return PASSING.test(code) ? 'passing' : 'final';
}
