import type { IDataObject } from 'n8n-workflow';
import type { RetryPolicy } from '../../nodes/Pixxel/api/retryPolicy.ts';
import { clock } from '../../nodes/Pixxel/retry/clock.ts';
import { Failure } from '../../nodes/Pixxel/errors/Failure.ts';
import { type Fetched, fetchEach } from '../../nodes/Pixxel/trigger/fetchEach.ts';
import { fetchOrder, newlyEnded, stateAfterPartialPoll, type TriggerState } from '../../nodes/Pixxel/trigger/TriggerState.ts';

let now = 0;
beforeEach(() => jest.spyOn(clock, 'now').mockImplementation(() => now));
afterEach(() => jest.restoreAllMocks());

/** Fetches each, where some are never answered; and says how often each might have been asked, and how long that took. */
async function fetchWhere(silent: (id: string) => boolean, ids: string[]): Promise<{ fetched: Fetched<string>; tries: number[]; seconds: number }> {
	const [tries, startedAt]: [number[], number] = [[], now];
	const fetch = async (id: string, policy: RetryPolicy) => {
		tries.push(policy.maxAttempts);
		if (!silent(id)) return id;
		now = policy.deadline;
		throw new Failure('The connection broke', 'Wait.');
	};
	const fetched = await fetchEach(ids, fetch, now + 30_000);
	return { fetched, tries, seconds: (now - startedAt) / 1_000 };
}

test('takes the time that it is given, however many are never answered', async () => {
	const { fetched, tries, seconds } = await fetchWhere(() => true, ['a', 'b', 'c', 'd']);
	expect(seconds).toBe(30);
	expect([...fetched.refused.keys()]).toEqual(['a', 'b']);
	expect(tries).toEqual([4, 1]);
});

test('has time for others where one is never answered', async () => {
	const { fetched, seconds } = await fetchWhere((id) => id === 'b', ['a', 'b', 'c', 'd']);
	expect(seconds).toBe(20);
	expect([...fetched.found.keys()]).toEqual(['a', 'c', 'd']);
});

test('ends with what is no refusal', async () => {
	const slip = new TypeError('A slip of ours');
	await expect(fetchEach(['a', 'b'], async () => await Promise.reject(slip), now + 1)).rejects.toBe(slip);
});

test('reaches each job in a few polls where most are never answered, and a new one at once', async () => {
	let state: TriggerState = { workflowId: 'w', ended: [] };
	const source = { scope: 'w', idOf: ({ id }: IDataObject) => String(id), outcomeOf: () => 'succeeded' as const, endOf: () => 0 };
	const listed = ['s1', 's2', 's3', 's4', 's5', 'a', 's6'].map((id) => ({ id }));
	const silent = new Set(listed.map(({ id }) => id).filter((id) => id.startsWith('s')));
	const poll = async () => {
		const changes = newlyEnded(state, source, listed, 'any');
		const ids = fetchOrder(changes.entries.map(source.idOf), state);
		const { found, refused } = (await fetchWhere((id) => silent.has(id), ids)).fetched;
		state = stateAfterPartialPoll(state, changes.state, ids.filter((id) => !found.has(id)), refused);
		return [...found.keys()];
	};
	expect([await poll(), await poll(), await poll(), await poll()]).toEqual([[], [], ['a'], []]);
	expect(state.waiting).toHaveLength(6);
	silent.delete('s4');
	listed.push({ id: 'new' });
	const came = [await poll(), await poll(), await poll()];
	expect(came[0]).toContain('new');
	expect(came.flat().sort()).toEqual(['new', 's4']);
	expect(new Set(state.waiting)).toEqual(new Set(['s1', 's2', 's3', 's5', 's6']));
});
