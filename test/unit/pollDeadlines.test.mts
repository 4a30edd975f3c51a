import type { IDataObject } from 'n8n-workflow';
import { defaultRetry, withDeadline, type RetryPolicy } from '../../nodes/Pixxel/api/retryPolicy.ts';
import { clock } from '../../nodes/Pixxel/retry/clock.ts';
import { Failure } from '../../nodes/Pixxel/errors/Failure.ts';
import { emitNewlyEnded } from '../../nodes/Pixxel/trigger/emitNewlyEnded.ts';
import type { EventSource } from '../../nodes/Pixxel/trigger/events/EventSource.ts';
import { pollDeadlines } from '../../nodes/Pixxel/trigger/pollDeadlines.ts';
import { newlyEnded } from '../../nodes/Pixxel/trigger/TriggerState.ts';

let now = 0;
beforeEach(() => {
	now = 0;
	jest.spyOn(clock, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

/** A source that answers at the last moment, and gives no details. */
class Slow implements EventSource {
	readonly noun = 'job';
	readonly owner = 'workflow';
	readonly toSeeOne = 'wait';
	readonly scope = 'w';
	readonly asked: string[] = [];

	async list({ deadline: until }: RetryPolicy): Promise<IDataObject[]> {
		now = until;
		return ['old', 'a', 'b', 'c'].map((id) => ({ id }));
	}

	async details({ id }: IDataObject, { deadline: until, isFirm }: RetryPolicy): Promise<never> {
		this.asked.push(`${String(id)} until ${until / 1_000} s${isFirm ? '' : ', or later'}`);
		now = until;
		throw new Failure('The connection broke', 'Wait.');
	}

	idOf = ({ id }: IDataObject) => String(id);
	outcomeOf = () => 'succeeded' as const;
	endOf = () => 0;
	withoutDetails = (json: IDataObject) => ({ json });
}

/** Polls where each answer comes at the last moment. */
async function poll(budgetMs?: number) {
	const source = new Slow();
	const state = { workflowId: 'w', ended: ['old'] };
	const deadlines = pollDeadlines(budgetMs);
	const listed = await source.list(withDeadline(deadlines.list, defaultRetry));
	const listedAt = now;
	const logger = { warn: () => {}, info: () => {} } as never;
	await expect(emitNewlyEnded(newlyEnded(state, source, listed, 'any'), state, source, deadlines, logger)).rejects.toThrow('The connection broke');
	return { asked: source.asked, seconds: { list: listedAt / 1_000, all: now / 1_000 } };
}

test.each([
	[undefined, ['a until 80 s', 'b until 90 s', 'old until 100 s'], { list: 60, all: 100 }],
	[300_000, ['a until 80 s', 'b until 90 s', 'old until 100 s'], { list: 60, all: 100 }],
	[36_000, ['a until 28.8 s', 'b until 32.4 s', 'old until 36 s'], { list: 21.6, all: 36 }],
])('a poll is through in the time that n8n allows (%p ms), whatever is silent', async (budgetMs, asked, seconds) => {
	const done = await poll(budgetMs);
	const rounded = (text: string) => text.replace(/[\d.]+(?= s)/, (number) => String(Number(Number(number).toFixed(3))));
	expect(done.asked.map(rounded)).toEqual(asked);
	expect(done.seconds.list).toBeCloseTo(seconds.list);
	expect(done.seconds.all).toBeCloseTo(seconds.all);
});
