import { backoffMs } from '../../nodes/Pixxel/retry/backoff.ts';
import { Failure, NoAnswer } from '../../nodes/Pixxel/errors/Failure.ts';
import { networkCode, classifyNetworkError } from '../../nodes/Pixxel/retry/networkErrors.ts';
import { clock } from '../../nodes/Pixxel/retry/clock.ts';
import { retryAfterMs } from '../../nodes/Pixxel/retry/retryAfter.ts';
import { pollUntil } from '../../nodes/Pixxel/retry/pollUntil.ts';

describe('Retry-After', () => {
	const now = Date.UTC(2026, 0, 2, 3, 4, 5);

	test.each<readonly [unknown, number | undefined]>([
		['0', 0],
		['7', 7_000],
		[' 120 ', 120_000],
		[30, 30_000],
		['99999999999', 99_999_999_999_000],
		['9'.repeat(400), Infinity],
		['Fri, 02 Jan 2026 03:04:35 GMT', 30_000],
		['Friday, 02-Jan-26 03:04:35 GMT', 30_000],
		['Fri, 02 Jan 2026 03:00:00 GMT', 0],
		...[undefined, null, '', 'soon', '-5', '1.5', '1e3', '2026-01-02', {}, ['5'], 'Fri'].map((header) => [header, undefined] as const),
	])('%j says %p', (header, ms) => {
		expect(retryAfterMs(header, now)).toBe(ms);
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
		const [least, most] = [Math.min(...drawn), Math.max(...drawn)];
		expect(least).toBeGreaterThanOrEqual(full / 2);
		expect(most).toBeLessThanOrEqual(full);
		// Left to chance, all of it: of 200 draws, some are in the lowest tenth and some in the highest.
		expect(least).toBeLessThan(full * 0.55);
		expect(most).toBeGreaterThan(full * 0.95);
	});
});

describe("a network error's code", () => {
	test.each([
		[{ code: 'ECONNRESET' }, 'ECONNRESET'],
		[{ httpCode: 'ECONNREFUSED', cause: undefined }, 'ECONNREFUSED'],
		[{ httpCode: '503', cause: { code: 'ECONNABORTED' } }, 'ECONNABORTED'],
		[{ message: 'x', cause: { cause: { cause: { cause: { code: 'EPIPE' } } } } }, 'EPIPE'],
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
		[
			'transient',
			['ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'ENETDOWN', 'ERR_NETWORK', 'ERR_BAD_RESPONSE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_CANCELED', 'HPE_INVALID_CONSTANT'],
		],
		['unreachable', ['ENOTFOUND', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']],
		['permanent', ['CERT_HAS_EXPIRED', 'EPROTO', 'ERR_INVALID_URL', 'ECONNRESETX', undefined]],
	])('is %s', (trouble, codes) => {
		expect(codes.map(classifyNetworkError)).toEqual(codes.map(() => trouble));
	});
});

describe('a wait', () => {
	beforeEach(() => void jest.useFakeTimers());
	afterEach(() => void jest.useRealTimers());

	/** What comes of looking for so long, in vain. */
	async function outcomeOf<T>(pollIntervalMs: number, ms: number, look: () => Promise<T>) {
		const wait = { pollIntervalMs, deadline: clock.now() + ms, signal: new AbortController().signal };
		const ended = pollUntil(wait, look, () => false, (last) => new Failure(`Too late: ${last}`, 'Wait longer.'));
		return (await Promise.allSettled([ended, jest.advanceTimersByTimeAsync(ms + 1_000)]))[0];
	}

	/** The seconds at which somebody looks who asks for this poll interval, and waits for half an hour. */
	async function looks(pollIntervalMs: number): Promise<number[]> {
		const startedAt = Date.now();
		const seen: number[] = [];
		const outcome = await outcomeOf(pollIntervalMs, 1_800_000, async () => seen.push((Date.now() - startedAt) / 1_000));
		expect(outcome).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(/^Too late/) } });
		return seen;
	}

	test('looks at once, then after pauses that grow gently up to a minute, and when the time is up', async () => {
		const seen = await looks(10_000);
		const pauses = seen.slice(1).map((at, index) => at - (seen[index] as number));
		expect(seen[0]).toBe(0);
		expect(pauses.slice(0, 9)).toEqual([10, 12.5, 15.625, 19.531, 24.414, 30.518, 38.147, 47.684, 59.605].map((s) => expect.closeTo(s, 1)));
		for (const pause of pauses.slice(9, -1)) expect(pause).toBeCloseTo(60, 3);
		expect(seen.at(-1)).toBe(1_800);
	});

	test('says what it saw last where the time left is too short for an answer', async () => {
		const late = new NoAnswer('The connection broke', 'Look at the network.');
		const look = jest.fn(async () => await Promise.reject<string>(late)).mockResolvedValueOnce('pending');
		expect(await outcomeOf(10_000, 5_000, look)).toMatchObject({ reason: { message: 'Too late: pending' } });
		expect(await outcomeOf(10_000, 5_000, look)).toMatchObject({ reason: late });
	});

	test('keeps to longer pauses where they are asked for', async () => {
		expect(await looks(700_000)).toEqual([0, 700, 1_400, 1_800]);
	});
});
