import { known, type TaskPath } from '../sandbox/client.mts';
import { Sandboxed } from './sandboxed.mts';
import { downloadThroughSilence } from './silence.mts';

const { demo, second, otherJob } = known;
const at = Sandboxed.forTests();
beforeEach(() => at.clock.restore());

/** Milliseconds from the first request for a task to the second, of which there must be no more. */
async function silentMs(part: 'api' | 'storage', { taskId }: TaskPath, nextRange?: string): Promise<number> {
	const [silent, next, ...more] = (await at.sandbox.requests(part)).filter(({ path }) => path.includes(taskId));
	expect(more).toEqual([]);
	expect(next?.headers.range).toBe(nextRange);
	return (next?.startedAt ?? 0) - (silent?.startedAt ?? 0);
}

/** A little more than it has to be, on a busy machine. */
function expectAbout(ms: number, expected: number): void {
	expect(ms).toBeGreaterThanOrEqual(expected - 100);
	expect(ms).toBeLessThan(expected + 20_000);
}

test('whoever accepts and is silent is asked again: Pixxel after a minute, storage after half of one, from the last byte', async () => {
	await downloadThroughSilence(at);
	expectAbout(await silentMs('api', demo), 60_000);
	expectAbout(await silentMs('storage', second), 30_000);
	expectAbout(await silentMs('storage', otherJob, 'bytes=1000000-2999999'), 30_000);
});
