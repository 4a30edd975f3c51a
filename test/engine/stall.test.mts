import { known, type TaskPath } from '../sandbox/client.mts';
import { Sandboxed } from './sandboxed.mts';
import { downloadThroughSilence } from './silence.mts';

const { demo, second, otherJob } = known;
const at = Sandboxed.forTests();

/** Expects one request for a task that was given up, and one that went on from there. */
async function expectAskedAgain(part: 'api' | 'storage', { taskId }: TaskPath, range?: string): Promise<void> {
	const requests = (await at.sandbox.requests(part)).filter(({ path }) => path.includes(taskId));
	expect(requests.map(({ headers }) => headers.range)).toEqual([undefined, range]);
}

/* `npm run test:long` waits for it in earnest, for a minute and for half of one. */
test('whoever accepts and is silent is asked again: Pixxel, storage before an answer, and storage in the middle of one', async () => {
	at.clock.timerSpeed = 100;
	await downloadThroughSilence(at);
	await expectAskedAgain('api', demo);
	await expectAskedAgain('storage', second);
	await expectAskedAgain('storage', otherJob, 'bytes=1000000-2999999');
	// Twice what n8n's client is given, whose time begins with the connection; and a look each second.
	expect(at.clock.timers).toEqual(expect.arrayContaining([120_000, 60_000]));
	expect(at.clock.timers.filter((ms) => ms === 1_000).length).toBeGreaterThanOrEqual(30);
});
