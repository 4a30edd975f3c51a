import { known } from '../sandbox/client.mts';
import { Sandboxed, shownError, byId } from './sandboxed.mts';
import { idsOf, triggersIn, WAYS } from './trigger.mts';

const at = Sandboxed.forTests();
const { aoiId } = known.area;
const insights = { event: 'insightFinished', aoiId: byId(aoiId) };
const images = { event: 'imageDelivered' };

describe.each(WAYS)('in the way "%s"', (way) => {
	const { fresh } = triggersIn(at, way);

	test('insights come once they have ended, each once, oldest first, nothing at the first poll', async () => {
		const trigger = fresh({ ...insights, outcome: 'any' });
		expect(await trigger.poll()).toBeNull();
		const running = await at.sandbox.makeInsight({ aoiId, running: true });
		expect(await trigger.poll()).toBeNull();
		const failed = await at.sandbox.makeInsight({ aoiId, status: 'failed' });
		expect(idsOf(await trigger.poll())).toEqual([failed.id]);
		await at.sandbox.finishInsight(running.id);
		expect(idsOf(await trigger.poll())).toEqual([running.id]);
		trigger.restart();
		expect(await trigger.poll()).toBeNull();
	});

	test('of insights, those that succeeded come unless another outcome is chosen, with what they have found', async () => {
		const trigger = fresh({ ...insights, outcome: 'succeeded' });
		await trigger.poll();
		await at.sandbox.makeInsight({ aoiId, status: 'failed' });
		const { id } = await at.sandbox.makeInsight({ aoiId });
		const found = await trigger.poll();
		expect(idsOf(found)).toEqual([id]);
		expect(found?.[0]).toMatchObject({ aoi_id: aoiId, outputs: expect.any(Array) });
	});

	test('images come once they are new in the catalog, whatever outcome was chosen before', async () => {
		const trigger = fresh({ ...images, outcome: 'failed' });
		expect(await trigger.poll()).toBeNull();
		const { id } = await at.sandbox.deliverImage();
		expect(idsOf(await trigger.poll())).toEqual([id]);
		expect(await trigger.poll()).toBeNull();
	});

	test('another event chosen begins afresh', async () => {
		const trigger = fresh(images);
		await trigger.poll();
		trigger.activate({ ...insights, outcome: 'any' });
		expect(await trigger.poll()).toBeNull();
		const { id } = await at.sandbox.makeInsight({ aoiId });
		expect(idsOf(await trigger.poll())).toEqual([id]);
	});
});

test('an area of interest that is none is named before anything is asked', async () => {
	const { fresh } = triggersIn(at, 'default');
	expect((await shownError(fresh({ ...insights, aoiId: byId('..') }).poll())).message).toBe('"Area of Interest" is empty or not an ID');
	expect(await at.sandbox.requests()).toEqual([]);
});
