import type { IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';
import { isObject } from './readAnswer';

/**
 * How requests travel, as users set it under "Request Options". n8n gives these to each declarative node (on its tab Settings), and
 * its engine writes them into the one request that the description declares. They are meant for all that the node sends.
 */
export interface Route extends Pick<IHttpRequestOptions, 'proxy' | 'skipSslCertificateValidation'> {
	/** Milliseconds until an answer begins, at most; left out where the user has not set it. */
	timeout?: number;
}

/**
 * So many timeouts after its beginning, a request is ended by a clock of ours. That of n8n's client starts with the connection, which a
 * silent proxy never gives.
 */
export const TIMEOUTS_IN_ALL = 2;

/** What n8n's engine writes into a request where the user has set no timeout (in all releases). */
const UNSET_TIMEOUT_MS = 300_000;

/** The route of a request as n8n's engine has filled it in. */
export function routeOf({ proxy, skipSslCertificateValidation, timeout }: IHttpRequestOptions): Route {
	return { proxy, skipSslCertificateValidation, ...(timeout !== UNSET_TIMEOUT_MS && limit(timeout)) };
}

/** The route for a list, into whose requests n8n writes nothing. What only an execution can tell (expressions) is passed over. */
export function routeOfList(context: ILoadOptionsFunctions): Route {
	const options: unknown = context.getCurrentNodeParameter('requestOptions');
	const { proxy, allowUnauthorizedCerts, timeout } = isObject(options) ? options : {};
	return {
		proxy: typeof proxy === 'string' && URL.canParse(proxy) ? proxyAt(new URL(proxy)) : undefined,
		skipSslCertificateValidation: allowUnauthorizedCerts === true,
		...limit(timeout),
	};
}

/** An expression may give a number as text, or nothing. */
function limit(timeout: unknown): Pick<Route, 'timeout'> {
	return Number(timeout) > 0 ? { timeout: Number(timeout) } : {};
}

function proxyAt({ protocol, hostname, port, username, password }: URL): Route['proxy'] {
	return {
		protocol: protocol.replace(':', ''),
		host: hostname,
		port: Number(port || (protocol === 'https:' ? 443 : 80)),
		...(username && { auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) } }),
	};
}
