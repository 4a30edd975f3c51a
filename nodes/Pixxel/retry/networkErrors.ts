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

/** Nobody is listening at that address: worth a few attempts, not half an hour of them. */
const UNREACHABLE = /^(ENOTFOUND|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/;

/** The line broke or nobody answered in time: the same request may well succeed later. */
const TRANSIENT =
	/^(ECONNRESET|ECONNABORTED|ETIMEDOUT|EPIPE|EAI_AGAIN|ENETDOWN|ERR_NETWORK|ERR_BAD_RESPONSE|ERR_STREAM_PREMATURE_CLOSE|ERR_CANCELED|HPE_.*)$/;

/** Whether a request that was answered with this status may well succeed later. */
export function isTransientStatus(status: number): boolean {
	return status === 408 || status === 429 || status >= 500;
}

/** TLS could not be agreed upon, for another reason than the certificate. */
export function isTlsError(code: string | undefined): boolean {
	return code !== undefined && /^(EPROTO$|ERR_SSL_)/.test(code);
}

export type ErrorClass = 'transient' | 'unreachable' | 'permanent';

/** Sorts a network error by whether asking again makes sense. */
export function classifyNetworkError(code: string | undefined): ErrorClass {
	if (code === undefined) return 'permanent';
	if (UNREACHABLE.test(code)) return 'unreachable';
	return TRANSIENT.test(code) ? 'transient' : 'permanent';
}

/** A certificate that is not trusted, not valid at this time, or of another host: Node's and OpenSSL's codes for that. */
const UNTRUSTED = /CERT|UNABLE_TO_VERIFY|HOSTNAME_MISMATCH/;

/** What to do where the other end's certificate is what the request failed at; undefined where it is not. */
export function certificateAdvice(code: string | undefined): string | undefined {
	if (code === undefined || !UNTRUSTED.test(code)) return undefined;
	return `This n8n does not trust the certificate that it was shown. If a proxy or gateway uses a certificate of your company, have the administrator of n8n add it (NODE_EXTRA_CA_CERTS); or turn on "Ignore SSL Issues" under "Request Options" (on the Pixxel node's tab Settings; the trigger has none), which older releases of n8n do not heed behind a proxy. (${code})`;
}
