import { known } from '../sandbox/client.mts';
import { Sandboxed } from './sandboxed.mts';

const at = Sandboxed.forTests();

describe('a transfer in which no byte moves for thirty seconds', () => {
	test('goes on from the last byte over a new connection', async () => {
		const { taskId } = known.demo;
		await at.sandbox.configurePackage(taskId, { size: 3_000_000 });
		await at.sandbox.addFaults(taskId, { stallAt: 1_000_000 });
		const items = await at.download();
		await at.expectExact(items);
		const [first, second, ...more] = await at.gets();
		expect(more).toEqual([]);
		expect(second?.headers.range).toBe('bytes=1000000-2999999');
		const silentMs = (second?.startedAt ?? 0) - (first?.startedAt ?? 0);
		expect(silentMs).toBeGreaterThanOrEqual(29_900);
		expect(silentMs).toBeLessThan(33_000);
	});
});
