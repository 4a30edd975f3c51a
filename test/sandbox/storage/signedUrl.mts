import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a signed query says about itself. */
export type SignatureState = 'good' | 'missing' | 'wrong' | 'expired';

/** Signs storage addresses and checks them. A new secret for each start: yesterday's URLs are worth nothing. */
export class UrlSigner {
	private readonly secret = randomBytes(32);
	/** Signatures declared expired ahead of their time. */
	private readonly withdrawn = new Set<string>();
	private count = 0;

	private sign(key: string, expires: string, nonce: string): string {
		return createHmac('sha256', this.secret).update(`${key}\n${expires}\n${nonce}`).digest('hex');
	}

	/** The query that opens `key` for `ttlMs`. Each call gives another one. */
	query(key: string, ttlMs: number): string {
		const expires = String(Date.now() + ttlMs);
		this.count += 1;
		const nonce = String(this.count);
		const signature = this.sign(key, expires, nonce);
		return `X-Sandbox-Expires=${expires}&X-Sandbox-Nonce=${nonce}&X-Sandbox-Signature=${signature}`;
	}

	/** Checks a request's query. */
	check(key: string, rawQuery: string): SignatureState {
		const query = new URLSearchParams(rawQuery);
		const expires = query.get('X-Sandbox-Expires');
		const signature = query.get('X-Sandbox-Signature');
		if (expires === null || signature === null) return 'missing';
		const wanted = Buffer.from(this.sign(key, expires, query.get('X-Sandbox-Nonce') ?? ''));
		const given = Buffer.from(signature);
		if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return 'wrong';
		return Number(expires) <= Date.now() || this.withdrawn.has(signature) ? 'expired' : 'good';
	}

	/** Makes this one URL expire now. */
	withdraw(rawQuery: string): void {
		this.withdrawn.add(new URLSearchParams(rawQuery).get('X-Sandbox-Signature') ?? '');
	}
}
