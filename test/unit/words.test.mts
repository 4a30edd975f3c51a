import { execFileSync } from 'node:child_process';
import { inspect } from 'node:util';
import { type INode, NodeOperationError } from 'n8n-workflow';
import { explainRefusal } from '../../nodes/Pixxel/api/explainRefusal.ts';
import { timeOf } from '../../nodes/Pixxel/api/readAnswer.ts';
import { isFailedStatus, isInProgress } from '../../nodes/Pixxel/api/statusWords.ts';
import { usableUrl } from '../../nodes/Pixxel/packages/packageAnswer.ts';
import { redact } from '../../nodes/Pixxel/errors/redact.ts';
import { printable } from '../../nodes/Pixxel/errors/printable.ts';
import { asNodeError, asThrownError } from '../../nodes/Pixxel/item/asNodeError.ts';
import { outcomeOf } from '../../nodes/Pixxel/job/jobOutcome.ts';

const KEY = 'a-key-of-nobody';

describe('secrets in texts of others', () => {
	test.each([
		['Bad token k3y', 'Bad token [key removed]'],
		['k3y k3y', '[key removed] [key removed]'],
		['See https://x.example/p?sig=1&b=2 now', 'See [link removed] now'],
		['<a href="https://x.example/p?sig=1">', '<a href="[link removed]">'],
		['HTTPS://X.EXAMPLE/p?sig=1', '[link removed]'],
		["See https://x.example/o'hara.zip?sig=1", 'See [link removed]'],
		['{"to":"https:\\/\\/x.example\\/p?sig=1"}', '{"to":"[link removed]"}'],
		['?next=https%3A%2F%2Fx.example%2Fp%3Fsig%3D1', '?next=[link removed]'],
		['GET /p.zip?X-Amz-Signature=1&b=2 failed', 'GET [link removed] failed'],
		['See https://docs.pixxel.space/page', 'See https://docs.pixxel.space/page'],
		['nothing', 'nothing'],
	])('%j becomes %j', (text, shown) => {
		expect(redact(text, 'k3y')).toBe(shown);
	});

	test('are found whatever the key was pasted with', () => {
		expect(redact('token=k%2F3%3D', 'k/3=')).toBe('token=[key removed]');
		expect(redact('Bad token k3y', ' Bearer k3y ')).toBe('Bad token [key removed]');
		expect(redact('text', '')).toBe('text');
		expect(redact('text')).toBe('text');
	});

	test.each([asNodeError, asThrownError])('do not show in the exception of somebody else, nor does what that drags along: %p', (shownBy) => {
		const link = 'https://x.example/p?sig=1';
		const foreign = Object.assign(new Error(`No space for ${link}`), { config: { url: link }, cause: new Error(link) });
		const error = shownBy({ name: 'Pixxel' } as INode, foreign, 2);
		expect(error).toMatchObject({ message: 'No space for [link removed]', context: { itemIndex: 2 } });
		expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('sig=1');
	});
});

test('an exception that n8n has put into words stays as it is', () => {
	const error = new NodeOperationError({ name: 'Pixxel' } as INode, 'No credential', { description: 'Choose one.' });
	expect(asNodeError(error.node, error)).toBe(error);
});

test.each([
	['rasters/b 1.tif', 'rasters/b 1.tif'],
	['a\u0000b\u202ec\ud800d\u2028e\u2029', 'a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFD'],
	['x'.repeat(120), 'x'.repeat(120)],
	['x'.repeat(121), `${'x'.repeat(120)}…`],
])('the name %j shows as %j', (name, wanted) => {
	expect(printable(name)).toBe(wanted);
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

	const [REQUEST, BROKEN] = [/^Check the IDs and the other fields of this node/, /^Nothing is wrong with your workflow\. Run it again in a few minutes/];
	test.each([
		[301, 'The address in the credential points somewhere else', /not sent along .* correct "Base URL"/],
		[400, 'Pixxel does not accept this request', REQUEST],
		[401, 'Pixxel does not recognise this key', /copy the key again from Aurora.*"Bearer Token" under "Send As"/],
		[403, 'Pixxel refuses this key', /has expired, was revoked, or lacks the role or the project/],
		[404, 'Pixxel does not know this', /IDs belong together .* key may see their project/],
		[409, 'Pixxel is already working on this', /^Wait a moment, then run the node again/],
		[418, 'Pixxel does not accept this request', REQUEST],
		[429, 'Pixxel asks to slow down', /less often, or with fewer items.*"Poll Interval"/],
		[500, 'Pixxel has trouble answering', BROKEN],
		[503, 'Pixxel has trouble answering', BROKEN],
		[599, 'Pixxel has trouble answering', BROKEN],
	])('%i says what happened, "%s", and what to do about that', (status, happened, advice) => {
		const wanted = { advice: expect.stringMatching(advice), httpCode: status };
		expect(explainRefusal(status, undefined, KEY)).toMatchObject({ ...wanted, message: `${happened} (HTTP ${status})` });
		expect(explainRefusal(status, { error: { message: 'm' } }, KEY)).toMatchObject({ ...wanted, message: 'm' });
	});

	test('never holds the key', () => {
		expect(explainRefusal(403, { error: { message: 'Bad k3y', code: 'k3y' } }, 'k3y').message).not.toContain('k3y');
	});
});

describe('a status', () => {
	const FAILED = [
		'failed', 'FAILURE', 'error', 'Errored', 'cancelled', 'canceled', 'aborted', 'rejected', 'denied', 'timed out', 'timed-out', 'timed_out',
		'timeout', 'terminated', 'killed', 'link_expired', 'invalid', 'JobFailed', 'TaskFailed', 'task_cancelled', 'Failed (exit code 1)', 'failed: out of memory',
		'TIMED_OUT', 'partially_failed', 'ERROR_IN_MODEL',
	];
	const UNDER_WAY = [
		'pending', 'Running', 'QUEUED', 'created', 'creating', 'started', 'in_progress', 'In Progress', 'in-progress', 'scheduled', 'submitted',
		'accepted', ' paused ', 'retrying', 'cancelling', 'Aborting', 'TaskStarted', 'TaskInprogress', 'JobQueued', 'task pending', 'PackageCancelling',
		'downloading',
	];
	const SUCCEEDED = [
		'completed', 'succeeded', 'SUCCESS', 'partial_success', 'Done', 'finished', 'TaskCompleted', 'JobSucceeded', 'Succeeded', 'Skipped', 'Omitted',
		'completed_without_errors',
	];
	const UNKNOWN = [
		undefined, '', 'ready', 'unheard-of', 'Völlig neu', 'archived', 'not_failed', 'timeout_extended', 'no_errors', 'error_recovered', 'failover', 'errorless',
		'cancel_requested',
	];
	const NOW = '2026-01-02T03:04:05Z';

	test.each([
		['that nothing will come of it', FAILED, [true, false, 'failed', 'failed']],
		['that there is more to come', UNDER_WAY, [false, true, undefined, undefined]],
		['that a job has succeeded', SUCCEEDED, [false, false, 'succeeded', 'succeeded']],
		['nothing: only the time tells that a job has ended', UNKNOWN, [false, false, undefined, 'ended']],
	])('says %s', (_what, statuses, wanted) => {
		for (const status of statuses) {
			const outcomes = [outcomeOf({ status }), outcomeOf({ status, finished_at: NOW })];
			expect([status, isFailedStatus(status), isInProgress(status), ...outcomes]).toEqual([status, ...wanted]);
		}
	});

	const NO_TIMES = [null, undefined, '', 'soon', '0001-01-01T00:00:00Z', '31/12/2025', 5];
	test.each(NO_TIMES)('is that of a job that has not ended, with the time %j', (time) => {
		expect([timeOf(time), outcomeOf({ status: 'unheard-of', finished_at: time })]).toEqual([undefined, undefined]);
	});
});

test('a time without a zone is one of UTC', () => {
	for (const time of ['2026-01-31T06:30', '2026-01-31T06:30:00', '2026-01-31T06:30:00.000', '2026-01-31T08:30:00+02:00']) {
		expect(timeOf(time)).toBe(Date.UTC(2026, 0, 31, 6, 30));
		// As well where the machine is in another zone.
		const elsewhere = `require('./dist/nodes/Pixxel/api/readAnswer.js').timeOf('${time}')`;
		const said = execFileSync(process.execPath, ['-p', elsewhere], { env: { ...process.env, TZ: 'America/New_York' }, encoding: 'utf8' });
		expect(Number(said)).toBe(Date.UTC(2026, 0, 31, 6, 30));
	}
});

test("a package's address is one of the web", () => {
	for (const url of ['https://x.example/p?s=1', 'http://127.0.0.1:5/p']) expect(usableUrl({ signed_url: url })).toBe(url);
	const others = [undefined, '', 'ready', '/p', 'ftp://x.example/p', 'file:///etc/passwd', 'javascript:0', 'https://'];
	expect(others.filter((url) => usableUrl({ signed_url: url }) !== undefined)).toEqual([]);
});
