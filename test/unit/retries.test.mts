import { backoffMs } from '../../nodes/Pixxel/ground/backoff.ts';
import { networkCode, troubleOf } from '../../nodes/Pixxel/ground/networkTrouble.ts';
import { retryAfterMs } from '../../nodes/Pixxel/ground/retryAfter.ts';

describe('Retry-After', () => {
	const now = Date.UTC(2026, 0, 2, 3, 4, 5);

	test.each([
		['0', 0],
		['7', 7_000],
		[' 120 ', 120_000],
		[30, 30_000],
		['Fri, 02 Jan 2026 03:04:35 GMT', 30_000],
		['Friday, 02-Jan-26 03:04:35 GMT', 30_000],
		['Fri, 02 Jan 2026 03:00:00 GMT', 0],
	])('%j is read', (header, ms) => {
		expect(retryAfterMs(header, now)).toBe(ms);
	});

	test.each([undefined, null, '', 'soon', '-5', '1.5', '1e3', '2026-01-02', {}, ['5'], 'Fri'])('%j says nothing', (header) => {
		expect(retryAfterMs(header, now)).toBeUndefined();
	});
});

describe('the backoff', () => {
	test.each([
		[1, 1_000],
		[2, 2_000],
		[3, 4_000],
		[5, 16_000],
		[6, 30_000],
		[40, 30_000],
		[5_000, 30_000],
	])('before try %i + 1 is between half of %i ms and all of it', (attempt, full) => {
		const drawn = Array.from({ length: 200 }, () => backoffMs(attempt));
		expect(Math.min(...drawn)).toBeGreaterThanOrEqual(full / 2);
		expect(Math.max(...drawn)).toBeLessThanOrEqual(full);
		// Left to chance.
		expect(new Set(drawn).size).toBeGreaterThan(100);
	});
});

describe("a network error's code", () => {
	test.each([
		[{ code: 'ECONNRESET' }, 'ECONNRESET'],
		[{ httpCode: 'ECONNREFUSED', cause: undefined }, 'ECONNREFUSED'],
		[{ httpCode: '503', cause: { code: 'ECONNABORTED' } }, 'ECONNABORTED'],
		[{ message: 'x', cause: { cause: { code: 'EPIPE' } } }, 'EPIPE'],
		[{ httpCode: '404' }, undefined],
		[{ code: 404 }, undefined],
		['ECONNRESET', undefined],
		[undefined, undefined],
		[null, undefined],
	])('of %j is %s', (error, code) => {
		expect(networkCode(error)).toBe(code);
	});

	test('is not looked for in a circle for ever', () => {
		const error: { cause?: unknown } = {};
		error.cause = error;
		expect(networkCode(error)).toBeUndefined();
	});

	test.each([
		['passing', ['ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'HPE_INVALID_CONSTANT', 'ERR_BAD_RESPONSE']],
		['unreachable', ['ENOTFOUND', 'ECONNREFUSED', 'EHOSTUNREACH']],
		['final', ['CERT_HAS_EXPIRED', 'EPROTO', 'ERR_INVALID_URL', 'ECONNRESETX', undefined]],
	])('means %s trouble', (trouble, codes) => {
		expect(codes.map(troubleOf)).toEqual(codes.map(() => trouble));
	});
});
