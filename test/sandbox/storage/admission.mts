import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../exchange.mts';
import { now } from '../clock.mts';

const urlTtlMs = 15 * 60_000;
/** Preconditions that this storage does not know: nobody may be served as if they held. */
const unknownConditions = ['if-range', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];

/** Refuses what no request for a signed URL may carry. */
export function checkHeaders(headers: IncomingHttpHeaders): void {
	if (headers.authorization !== undefined) {
		const message = 'Only one auth mechanism allowed; only the signed query string or the Authorization header should be specified';
		throw new Refusal(400, 'InvalidArgument', message, { ArgumentName: 'Authorization' });
	}
	const unknown = unknownConditions.find((name) => headers[name] !== undefined);
	if (unknown === undefined) return;
	throw new Refusal(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented', { Header: unknown });
}

const expired = (status = 403) => new Refusal(status, 'AccessDenied', 'Request has expired');

/** Signs storage addresses and checks them. Nothing outlives a start: yesterday's URLs are worth nothing. */
export class UrlSigner {
	/** What each query opens, and until when. */
	private readonly signed = new Map<string, { key: string; expiresMs: number }>();

	/** The query that opens `key` for a while. Each call gives another one. */
	query(key: string): string {
		const expiresMs = now() + urlTtlMs;
		const query = `X-Sandbox-Expires=${expiresMs}&X-Sandbox-Signature=${randomBytes(32).toString('hex')}`;
		this.signed.set(query, { key, expiresMs });
		return query;
	}

	/** Refuses a query that does not open `key`. */
	check(key: string, rawQuery: string, expiredStatus?: number): void {
		const signature = new URLSearchParams(rawQuery).get('X-Sandbox-Signature');
		if (!signature) throw new Refusal(403, 'AccessDenied', 'Access Denied');
		const known = this.signed.get(rawQuery);
		if (known?.key !== key) {
			const message = 'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
			throw new Refusal(403, 'SignatureDoesNotMatch', message, { SignatureProvided: signature });
		}
		if (known.expiresMs <= now()) throw expired(expiredStatus);
	}

	/** From now on, and at once, this one URL has expired. */
	withdraw(rawQuery: string, expiredStatus?: number): never {
		const known = this.signed.get(rawQuery);
		if (known) known.expiresMs = 0;
		throw expired(expiredStatus);
	}
}
