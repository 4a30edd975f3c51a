import { clock } from '../../nodes/Pixxel/ground/clock.ts';
import { Failure } from '../../nodes/Pixxel/ground/failure.ts';
import { inTurn, type Memory, memoryWithout, newsOf } from '../../nodes/Pixxel/trigger/endedJobs.ts';
import { type Fetched, fetchEach } from '../../nodes/Pixxel/trigger/fetchEach.ts';

let now = 0;
beforeEach(() => jest.spyOn(clock, 'now').mockImplementation(() => now));
afterEach(() => jest.restoreAllMocks());

/** Fetches each, where some are never answered; and says how often each might have been asked, and how long that took. */
async function fetchWhere(silent: (id: string) => boolean, ids: string[]): Promise<{ fetched: Fetched<string>; tries: number[]; seconds: number }> {
	const [tries, startedAt]: [number[], number] = [[], now];
	const fetched = await fetchEach(ids, async (id, patience) => {
		tries.push(patience.tries);
		if (!silent(id)) return id;
		now = patience.until;
		throw new Failure('The connection broke', 'Wait.');
	});
	return { fetched, tries, seconds: (now - startedAt) / 1_000 };
}

test('takes half a minute, however many are never answered', async () => {
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
	await expect(fetchEach(['a', 'b'], async () => await Promise.reject(slip))).rejects.toBe(slip);
});

test('reaches each job in a few polls where most are never answered, and a new one at once', async () => {
	let memory: Memory = { workflowId: 'w', ended: [] };
	const listed = ['s1', 's2', 's3', 's4', 's5', 'a', 's6'].map((id) => ({ id, status: 'done' }));
	const silent = new Set(listed.map(({ id }) => id).filter((id) => id.startsWith('s')));
	const poll = async () => {
		const { jobs, memory: after } = newsOf(memory, 'w', listed, 'any');
		const ids = inTurn(jobs, memory);
		const { found, refused } = (await fetchWhere((id) => silent.has(id), ids)).fetched;
		memory = memoryWithout(after, ids.filter((id) => !found.has(id)), refused, memory);
		return [...found.keys()];
	};
	expect([await poll(), await poll(), await poll(), await poll()]).toEqual([[], [], ['a'], []]);
	expect(memory.waiting).toHaveLength(6);
	silent.delete('s4');
	listed.push({ id: 'new', status: 'done' });
	const came = [await poll(), await poll(), await poll()];
	expect(came[0]).toContain('new');
	expect(came.flat().sort()).toEqual(['new', 's4']);
	expect(new Set(memory.waiting)).toEqual(new Set(['s1', 's2', 's3', 's5', 's6']));
});
