import { until } from '../n8n/process/until.mts';
import { known } from '../sandbox/client.mts';
import { callsOf } from './operations.mts';
import { Sandboxed, shownError } from './sandboxed.mts';
import { type ActiveTrigger, idsOf, jobsPath, minutesAgo, triggersIn, type TriggerOptions, WAYS, type Way, workflowId } from './trigger.mts';

const at = Sandboxed.forTests();
const otherWorkflow = known.otherProject.workflowId;
const calls = async (count: number) => await until(`${count} calls`, async () => (await callsOf(at)).length >= count);
/** Details of jobs come so late that other polls can begin. */
const slowDetails = async () => await at.sandbox.script({ path: `${jobsPath}/` }, { delayMs: 400, repeat: true });
/** What several polls bring together. */
const broughtBy = async (polls: Array<Promise<Array<{ id?: unknown }> | null>>) => (await Promise.all(polls)).flatMap((jobs) => idsOf(jobs) ?? []);

describe.each(WAYS)('in the way "%s"', (way: Way) => {
	const { fresh, active, make } = triggersIn(at, way);
	const isScheduled = way === 'scheduler' || way === 'durable';

	describe('the first poll', () => {
		test('emits nothing, and asks for nothing but the list', async () => {
			expect(await fresh().poll()).toBeNull();
			expect(await callsOf(at)).toEqual([`GET ${jobsPath}`]);
		});

		test('is followed by the first job of a workflow that had none', async () => {
			const trigger = fresh({ workflowId: known.workflowWithoutJobs });
			expect(await trigger.poll()).toBeNull();
			const id = await make({ workflowId: known.workflowWithoutJobs });
			expect(idsOf(await trigger.poll())).toEqual([id]);
		});

		test('leaves what ends after it to the second one', async () => {
			const trigger = fresh();
			expect(await trigger.poll()).toBeNull();
			const id = await make();
			expect(idsOf(await trigger.poll())).toEqual([id]);
			expect(await trigger.poll()).toBeNull();
			trigger.restart();
			expect(await trigger.poll()).toBeNull();
		});

		test('counts only when it succeeds', async () => {
			const trigger = fresh();
			await at.sandbox.script({}, { status: 403 });
			await shownError(trigger.poll());
			expect(await trigger.poll()).toBeNull();
			const id = await make();
			expect(idsOf(await trigger.poll())).toEqual([id]);
		});
	});

	describe('jobs that have ended', () => {
		test('come once, oldest first, and not again after a restart', async () => {
			const trigger = await active();
			const [third, first, second] = [await make({ finishedAt: minutesAgo(1) }), await make({ finishedAt: minutesAgo(3) }), await make({ finishedAt: minutesAgo(2) })];
			expect(idsOf(await trigger.poll())).toEqual([first, second, third]);
			expect(await trigger.poll()).toBeNull();
			trigger.restart();
			expect(await trigger.poll()).toBeNull();
			const fourth = await make();
			expect(idsOf(await trigger.poll())).toEqual([fourth]);
		});

		test('come after a restart, and after the workflow is activated anew, where they ended in between', async () => {
			const trigger = await active();
			for (const begin of [() => trigger.restart(), () => trigger.activate()]) {
				const id = await make();
				begin();
				expect(idsOf(await trigger.poll())).toEqual([id]);
				expect(await trigger.poll()).toBeNull();
			}
		});

		test('are forgotten where another workflow is chosen', async () => {
			const trigger = await active();
			trigger.activate({ workflowId: otherWorkflow });
			expect(await trigger.poll()).toBeNull();
			const id = await make({ workflowId: otherWorkflow });
			await make();
			expect(idsOf(await trigger.poll())).toEqual([id]);
			trigger.activate({ workflowId });
			expect(await trigger.poll()).toBeNull();
			expect(await trigger.poll()).toBeNull();
		});

		test('do not come where another outcome was chosen when they ended', async () => {
			const trigger = await active({ outcome: 'failed' });
			await make();
			expect(await trigger.poll()).toBeNull();
			trigger.activate({ outcome: 'any' });
			expect(await trigger.poll()).toBeNull();
			const next = await make();
			expect(idsOf(await trigger.poll())).toEqual([next]);
		});

		test('come with a later poll where n8n drops what one has brought: it is deactivated meanwhile, say', async () => {
			const trigger = await active();
			const id = await make();
			expect(idsOf((await trigger.begin()).output)).toEqual([id]);
			await at.clock.passBy(5_000);
			trigger.activate();
			expect(idsOf(await trigger.poll())).toEqual([id]);
			expect(await trigger.poll()).toBeNull();
		});
	});

	describe('polls that overlap', () => {
		test('bring each job once, and the next one what ends meanwhile', async () => {
			const trigger = await active();
			const [first, second] = [await make(), await make({ running: true })];
			await slowDetails();
			const slow = trigger.poll();
			await calls(2);
			const others = [trigger.poll(), trigger.poll()];
			await at.sandbox.finishJob(second);
			expect(await broughtBy([slow, ...others])).toEqual([first]);
			expect(await callsOf(at)).toEqual([`GET ${jobsPath}`, `GET ${jobsPath}/${first}`]);
			expect(idsOf(await trigger.poll())).toEqual([second]);
			expect(await trigger.poll()).toBeNull();
		});

		test('bring each job once where they begin at the same moment', async () => {
			const trigger = await active();
			const ids = [await make({ finishedAt: minutesAgo(2) }), await make({ finishedAt: minutesAgo(1) })];
			expect(await broughtBy([trigger.poll(), trigger.poll(), trigger.poll()])).toEqual(ids);
			expect(await trigger.poll()).toBeNull();
			trigger.restart();
			expect(await trigger.poll()).toBeNull();
		});

		test('bring each job once where one begins before n8n has stored what the last one remembers', async () => {
			const trigger = await active();
			const id = await make();
			const { output, store } = await trigger.begin(5_000);
			expect(idsOf(output)).toEqual([id]);
			expect((await trigger.begin()).output).toBeNull();
			store();
			expect(await trigger.poll()).toBeNull();
		});

		test('end in the order in which they began, and the later ones ask for nothing: n8n takes away what expressions are evaluated with when one has ended', async () => {
			const trigger = await active();
			await make();
			await slowDetails();
			const ended: string[] = [];
			const poll = async (name: string) => {
				await trigger.poll();
				ended.push(`${name} after ${(await callsOf(at)).length} calls`);
			};
			const polls = [poll('first')];
			await calls(2);
			await Promise.all([...polls, poll('second')]);
			expect(ended).toEqual(['first after 2 calls', 'second after 2 calls']);
		});

		test('leave all to the next one where the one that asks is refused', async () => {
			const trigger = await active();
			const id = await make();
			await at.sandbox.script({ path: `${jobsPath}$` }, { status: 403, delayMs: 400 });
			const refused = shownError(trigger.poll());
			await calls(1);
			expect(await trigger.poll()).toBeNull();
			expect(await refused).toMatchObject({ httpCode: '403' });
			expect(idsOf(await trigger.poll())).toEqual([id]);
		});

		const activatedAnew = async (trigger: ActiveTrigger, changes: TriggerOptions = {}) => {
			const old = trigger.poll();
			await calls(2);
			trigger.activate(changes);
			return [old, trigger.poll()];
		};

		test('bring each job once where the workflow is activated anew meanwhile, whether or not n8n takes what the old one brings', async () => {
			const trigger = await active();
			const id = await make();
			await slowDetails();
			expect(await broughtBy(await activatedAnew(trigger))).toEqual([id]);
			for (let poll = 0; poll < 2; poll++) expect(await trigger.poll()).toBeNull();
			trigger.restart();
			expect(await trigger.poll()).toBeNull();
		});

		test('bring nothing of the workflow that was watched before, where it is activated anew with another one meanwhile', async () => {
			const trigger = await active();
			await make();
			await slowDetails();
			expect(await broughtBy(await activatedAnew(trigger, { workflowId: otherWorkflow }))).toEqual([]);
			const id = await make({ workflowId: otherWorkflow });
			expect(idsOf(await trigger.poll())).toEqual([id]);
		});

		test('bring what is wanted before and after, where it is activated anew with another outcome meanwhile', async () => {
			const trigger = await active();
			const [, failed] = [await make({ finishedAt: minutesAgo(2) }), await make({ status: 'failed', finishedAt: minutesAgo(1) })];
			await slowDetails();
			expect(await broughtBy(await activatedAnew(trigger, { outcome: 'failed' }))).toEqual([failed]);
			expect(await trigger.poll()).toBeNull();
		});
	});

	test('a poll that Pixxel does not answer ends in the time that n8n allows', async () => {
		const trigger = await active();
		const id = await make();
		at.clock.timerSpeed = 1_000;
		await at.sandbox.script({ path: `${jobsPath}$` }, { delayMs: 3_600_000, repeat: true });
		expect((await shownError(trigger.poll())).message).toMatch(/^No answer came from/);
		const [first = 0, ...more] = at.clock.timers.slice(-4);
		if (isScheduled) expect(first).toBeLessThanOrEqual(21_600);
		else expect(first).toBeGreaterThan(21_600);
		expect(Math.max(...more)).toBeLessThan(first);
		at.clock.timerSpeed = 1;
		await at.sandbox.clearScripts();
		expect(idsOf(await trigger.poll())).toEqual([id]);
	});
});
