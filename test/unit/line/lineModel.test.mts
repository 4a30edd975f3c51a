import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fairShares } from '../../sandbox/line/traffic.mts';
import { bytesBy, msOfRequest, msUntil } from '../../sandbox/line/lineModel.mts';
import { known, type SandboxHandle, startSandbox } from '../../sandbox/client.mts';

const MB = 1e6;
const MIB = 1024 * 1024;
const far = { roundTripMs: 100, bytesPerSecond: 20 * MB };

/** The rule, packet window by packet window: what the closed form has to agree with. */
function secondsByHand(bytes: number, roundTripMs: number, bytesPerSecond: number): number {
	const roundTrip = roundTripMs / 1_000;
	let seconds = 3 * roundTrip;
	let window = 14_600;
	let left = bytes;
	while (window < bytesPerSecond * roundTrip && left > window) {
		left -= window;
		seconds += roundTrip;
		window *= 2;
	}
	return seconds + left / Math.min(window / roundTrip, bytesPerSecond);
}

describe('the model of a line', () => {
	const sizes = [1, 16, 64, 256];
	it.each([30, 100, 200, 400].flatMap((roundTripMs) => sizes.map((size) => [size, roundTripMs])))(
		'carries %i MiB over %i ms as the windows say',
		(size = 0, roundTripMs = 0) => {
			const byHand = secondsByHand(size * MIB, roundTripMs, 20 * MB);
			const got = msOfRequest({ roundTripMs, bytesPerSecond: 20 * MB }, size * MIB) / 1_000;
			expect(Math.abs(got / byHand - 1)).toBeLessThan(0.1);
		},
	);

	it('says of each byte when it is due, both ways round', () => {
		for (const bytes of [0, 1, 14_600, 14_601, MIB, 16 * MIB]) expect(bytesBy(far, msUntil(far, bytes))).toBeCloseTo(bytes, 3);
	});

	it('takes a request on a used connection for one round trip and the open window', () => {
		expect(msOfRequest(far, MIB, 16 * MIB)).toBeCloseTo(100 + (MIB / (20 * MB)) * 1_000, 3);
	});

	it('shares fairly', () => {
		expect(fairShares([10, 1, 10], 9)).toEqual([4, 1, 4]);
		expect(fairShares([1, 2], 9)).toEqual([1, 2]);
	});
});

describe('storage at the end of a line', () => {
	let sandbox: SandboxHandle;
	const id = known.demo.taskId;
	beforeAll(async () => {
		sandbox = await startSandbox({ readyAfterMs: 0 });
	});
	afterAll(() => sandbox.stop());
	beforeEach(() => sandbox.reset());

	const answer = async (agent: Agent) => {
		const url = await sandbox.signUrl(id);
		return await new Promise<IncomingMessage>((resolve, reject) => get(url, { agent }, resolve).once('error', reject));
	};
	/** Fetches the package once, and says how many milliseconds that took. */
	async function fetchMs(agent = new Agent()): Promise<number> {
		const startedAt = performance.now();
		const response = await answer(agent);
		for await (const _ of response);
		return performance.now() - startedAt;
	}
	/** Never much earlier than the model says. A busy machine makes it later: then it is measured again. */
	async function expectAbout(modelMs: number, measure: () => Promise<number>): Promise<void> {
		const atMost = modelMs * 1.5 + 100;
		let ms = Infinity;
		for (let tries = 0; tries < 5 && ms > atMost; tries++) ms = await measure();
		expect(ms).toBeLessThanOrEqual(atMost);
		expect(ms).toBeGreaterThan(modelMs * 0.85);
	}

	it('sends as the model says, and on a connection that is used again sooner', async () => {
		await sandbox.configurePackage(id, { size: 4 * MIB, line: far });
		await expectAbout(msOfRequest(far, 4 * MIB), fetchMs);
		await expectAbout(msOfRequest(far, 4 * MIB, 4 * MIB), async () => {
			const agent = new Agent({ keepAlive: true, maxSockets: 1 });
			await fetchMs(agent);
			return await fetchMs(agent).finally(() => agent.destroy());
		});
	});

	it('lets all connections together carry no more than the shared limit', async () => {
		const line = { roundTripMs: 10, bytesPerSecond: 20 * MB, sharedBytesPerSecond: 10 * MB };
		await sandbox.configurePackage(id, { size: 4 * MIB, line });
		await expectAbout((12 * MIB) / (10 * MB / 1_000), async () => Math.max(...(await Promise.all([fetchMs(), fetchMs(), fetchMs()]))));
	});

	it('holds back for a client that does not read, and does not make up for it', async () => {
		const size = 32 * MIB;
		await sandbox.configurePackage(id, { size, line: { roundTripMs: 10, bytesPerSecond: 40 * MB } });
		const response = await answer(new Agent());
		await sleep(1_000);
		const [request] = await sandbox.requests('storage');
		expect(request?.bytesSent).toBeLessThan(size / 2);
		const startedAt = performance.now();
		for await (const _ of response);
		expect(performance.now() - startedAt).toBeGreaterThan((size / 2 / (40 * MB)) * 1_000);
	});
});
