/**
 * How long a `Retry-After` header asks to wait, in milliseconds. Both forms of RFC 9110 are read: a whole
 * number of seconds, or a date (a date gone by means 0).
 *
 * @returns undefined where the header is missing or holds neither.
 */
export function retryAfterMs(header: unknown, now = Date.now()): number | undefined {
	if (typeof header !== 'string' && typeof header !== 'number') return undefined;
	const text = String(header).trim();
	if (/^\d+$/.test(text)) return Number(text) * 1_000;
	// Date.parse also takes things like "-5" or "1.5", which are no dates here.
	const date = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : NaN;
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
