import { explainRefusal } from '../../nodes/Pixxel/api/explainRefusal.ts';
import { isFailedStatus } from '../../nodes/Pixxel/api/statusWords.ts';
import { packageUrl, readPackageAnswer } from '../../nodes/Pixxel/download/packageAnswer.ts';
import { redact } from '../../nodes/Pixxel/ground/redact.ts';

const KEY = 'a-key-of-nobody';

describe('secrets in texts of others', () => {
	test.each([
		['Bad token k3y', 'Bad token [key removed]'],
		['k3y k3y', '[key removed] [key removed]'],
		['See https://x.example/p?sig=1&b=2 now', 'See [link removed] now'],
		['<a href="https://x.example/p?sig=1">', '<a href="[link removed]">'],
		['HTTPS://X.EXAMPLE/p?sig=1', '[link removed]'],
		['See https://docs.pixxel.space/page', 'See https://docs.pixxel.space/page'],
		['nothing', 'nothing'],
	])('%j becomes %j', (text, shown) => {
		expect(redact(text, 'k3y')).toBe(shown);
	});

	test('are found whatever the key was pasted with', () => {
		expect(redact('Bad token k3y', ' Bearer k3y ')).toBe('Bad token [key removed]');
		expect(redact('text', '')).toBe('text');
		expect(redact('text')).toBe('text');
	});
});

describe('a refusal', () => {
	test("is told in Pixxel's own words", () => {
		const body = { error: { code: 'not_found', message: ' task 5 was not found ', details: null } };
		expect(explainRefusal(404, body, KEY).message).toBe('task 5 was not found (not_found)');
		expect(explainRefusal(404, body, KEY).httpCode).toBe(404);
		expect(explainRefusal(404, { error: { message: 'm' } }, KEY).message).toBe('m');
		expect(explainRefusal(404, { message: 'm' }, KEY).message).toBe('m');
		expect(explainRefusal(400, { error: { code: 7, message: 'm' } }, KEY).message).toBe('m (7)');
	});

	test.each([undefined, null, '', 'text', 7, [], {}, { error: null }, { error: 'no' }, { error: { message: 5 } }, { error: { message: ' ' } }])(
		'is told in ours where Pixxel says %j',
		(body) => {
			expect(explainRefusal(403, body, KEY).message).toBe('Pixxel refuses this key (HTTP 403)');
		},
	);

	test.each([301, 400, 401, 402, 403, 404, 409, 418, 429, 500, 503, 599])('always has advice: %i', (status) => {
		const { message, advice, httpCode } = explainRefusal(status, undefined, KEY);
		expect(message).toContain(`(HTTP ${status})`);
		expect(advice).toMatch(/\w{3}.*\.$/);
		expect(httpCode).toBe(status);
	});

	test('never holds the key', () => {
		expect(explainRefusal(403, { error: { message: 'Bad k3y', code: 'k3y' } }, 'k3y').message).not.toContain('k3y');
	});
});

describe("a package's status", () => {
	test.each(['failed', 'FAILURE', 'error', 'Errored', 'cancelled', 'canceled', 'aborted', 'rejected', 'denied', 'timed out', 'timed-out', 'timeout', 'terminated', 'killed', 'link_expired', 'invalid'])(
		'%j says that nothing will come of it',
		(status) => {
			expect(isFailedStatus(status)).toBe(true);
		},
	);

	test.each([undefined, '', 'pending', 'in_progress', 'created', 'creating', 'started', 'running', 'partial_success', 'success', 'ready', 'queued', 'unheard-of'])(
		'%j does not',
		(status) => {
			expect(isFailedStatus(status)).toBe(false);
		},
	);
});

describe("a package's address", () => {
	test.each(['https://x.example/p?s=1', 'http://127.0.0.1:5/p'])('%j is one', (url) => {
		expect(packageUrl({ signed_url: url })).toBe(url);
	});

	test.each([undefined, '', 'ready', '/p', 'ftp://x.example/p', 'javascript:0', 'https://'])('%j is none', (url) => {
		expect(packageUrl({ signed_url: url })).toBeUndefined();
	});

	test('stands in an answer that is passed on as it is', () => {
		const answer = { status: 'ready', signed_url: 'https://x.example/p', more: { a: [1] } };
		expect(readPackageAnswer(answer)).toBe(answer);
	});
});
