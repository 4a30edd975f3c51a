import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../refusal.mts';

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

/** Signs storage addresses and checks them. A new secret for each start: yesterday's URLs are worth nothing. */
export class UrlSigner {
	private readonly secret = randomBytes(32);
	private readonly withdrawn = new Set<string>();
	private count = 0;

	private sign(...signed: string[]): string {
		return createHmac('sha256', this.secret).update(signed.join('\n')).digest('hex');
	}

	/** The query that opens `key` for a while. Each call gives another one. */
	query(key: string): string {
		const [expires, nonce] = [String(Date.now() + urlTtlMs), String(this.count++)];
		return `X-Sandbox-Expires=${expires}&X-Sandbox-Nonce=${nonce}&X-Sandbox-Signature=${this.sign(key, expires, nonce)}`;
	}

	/** Refuses a query that does not open `key`. */
	check(key: string, rawQuery: string, expiredStatus?: number): void {
		const query = new URLSearchParams(rawQuery);
		const [expires = '', nonce = '', signature = ''] = ['Expires', 'Nonce', 'Signature'].map((name) => query.get(`X-Sandbox-${name}`) ?? '');
		if (signature === '') throw new Refusal(403, 'AccessDenied', 'Access Denied');
		if (signature !== this.sign(key, expires, nonce)) {
			const message = 'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
			throw new Refusal(403, 'SignatureDoesNotMatch', message, { SignatureProvided: signature });
		}
		if (Number(expires) <= Date.now() || this.withdrawn.has(rawQuery)) throw expired(expiredStatus);
	}

	/** From now on, and at once, this one URL has expired. */
	withdraw(rawQuery: string, expiredStatus?: number): never {
		this.withdrawn.add(rawQuery);
		throw expired(expiredStatus);
	}
}
