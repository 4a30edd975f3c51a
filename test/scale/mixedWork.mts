import fc from 'fast-check';

import { newTasks, type TaskIds } from '../n8n/scenarios/workflows.mts';
import type { PackageSettings, SandboxHandle, ScriptedAnswer, StorageFault } from '../sandbox/client.mts';

/** How one task's package is served, and what must come of it. */
interface Draw {
	settings: PackageSettings;
	faults?: StorageFault[];
	/** What the API answers first. */
	answer?: ScriptedAnswer;
	/** What is said in place of the package. */
	refusal?: RegExp;
	/** Nobody knows this task. */
	isUnknown?: true;
}

/** One execution: what goes in, and what must come out. */
export interface Errand {
	kind: string;
	output: 'file' | 'signedUrl' | 'packageFiles' | 'packageList';
	tasks: TaskIds[];
	/** For each task: with which words it is refused, if it is. */
	refusals: Array<RegExp | undefined>;
	/** Stopped by hand in mid-download; nothing comes out. */
	isCancelled?: boolean;
}

/** Prepares an errand at the sandbox. */
type Plan = (sandbox: SandboxHandle) => Promise<Errand>;
type Kind = Partial<Pick<Errand, 'output' | 'isCancelled'>>;

const KB = 1_000;
const MB = 1_000_000;

const between = (min: number, max: number) => fc.noBias(fc.integer({ min, max }));

/** A package of so many bytes at the least and at the most, with these faults on its way: a number cuts the line after that share of it. */
const sized = (least: number, most: number, more: Omit<PackageSettings, 'size'> = {}, faults: Array<StorageFault | number> = []): fc.Arbitrary<Draw> =>
	between(least, most).map((size) => ({
		settings: { size, ...more },
		faults: faults.map((fault) => (typeof fault === 'number' ? { cutAt: Math.floor(size * fault) } : fault)),
	}));

/** What is in every package that is fetched file by file. */
export const PACKED = ['rasters/bands.tif', 'quicklook.png', 'statistics.json'] as const;

/** A package of files, the first of them so large at the least and at the most, with these faults on its way. */
const packed = (least: number, most: number, faults: StorageFault[] = []): fc.Arbitrary<Draw> =>
	between(least, most).map((size) => {
		const [raster, picture, statistics] = PACKED;
		const files = [{ path: raster, size }, { path: picture, size: Math.floor(size / 4), method: 'stored' as const }, { path: statistics, size: 1_200 }];
		return { settings: { archive: { files } }, faults };
	});
/** The directory comes first, in one request. */
const afterDirectory: StorageFault[] = [{ pass: true }, { cutAfter: 50 * KB }, { status: 503, retryAfter: 1 }, { cutAfter: 90 * KB }];

const plan = (kind: string, draws: Draw[], more: Kind = {}): Plan => async (sandbox) => {
	const tasks = await newTasks(sandbox, draws.length);
	for (const [index, { settings, faults = [], answer, isUnknown }] of draws.entries()) {
		const task = tasks[index] as TaskIds;
		await sandbox.configurePackage(task.taskId, settings);
		await sandbox.addFaults(task.taskId, faults);
		if (answer) await sandbox.script({ method: 'PUT', path: task.taskId }, answer);
		if (isUnknown) task.taskId = sandbox.known.nothing;
	}
	return { kind, output: 'file', ...more, tasks, refusals: draws.map(({ refusal }) => refusal) };
};

/** Executions of up to so many items. */
const errands = (kind: string, draw: fc.Arbitrary<Draw>, most = 1, more?: Kind): fc.Arbitrary<Plan> =>
	between(1, most)
		.chain((count) => fc.tuple(...Array.from({ length: count }, () => draw)))
		.map((draws) => plan(kind, draws, more));

const busy: fc.Arbitrary<ScriptedAnswer> = fc.constantFrom<ScriptedAnswer>(
	{ status: 503 },
	{ status: 429, headers: { 'retry-after': '1' } },
	{ fault: 'reset' },
);
const unavailable = fc
	.tuple(sized(100 * KB, 1 * MB, {}, [{ status: 503, retryAfter: 1 }, { status: 500 }]), busy)
	.map(([draw, answer]) => ({ ...draw, answer }));
const waiting = between(500, 3_500).chain((readyAfterMs) => sized(100 * KB, 500 * KB, { readyAfterMs }));
const small = { settings: { size: 100 * KB } };
const refused: Draw[] = [
	{ ...small, isUnknown: true, refusal: /not found|not know/i },
	small,
	{ settings: { ...small.settings, failStatus: 'failed' }, refusal: /could not make this package/ },
];
const damaged: Draw = {
	settings: { size: 300 * KB, digests: ['content-md5'], wrongDigest: true },
	refusal: /does not match the .* digest/,
};

/** How much of each there is, in per cent. */
const MIX: Array<[percent: number, fc.Arbitrary<Plan>]> = [
	[10, errands('signed URL', sized(10 * KB, 200 * KB), 3, { output: 'signedUrl' })],
	[18, errands('small files', sized(1, 400 * KB), 5)],
	[3, errands('lists of files in packages', packed(100 * KB, 1 * MB), 3, { output: 'packageList' })],
	[2, errands('files in packages', packed(100 * KB, 1 * MB), 3, { output: 'packageFiles' })],
	[2, errands('files in packages, over cut lines', packed(1 * MB, 4 * MB, afterDirectory), 1, { output: 'packageFiles' })],
	[2, errands('large files in packages, several at a time', packed(24 * MB, 40 * MB, afterDirectory), 1, { output: 'packageFiles' })],
	[1, errands('files in replaced packages', packed(1 * MB, 4 * MB, [{ pass: true }, { cutAfter: 90 * KB }, { replace: true }]), 1, { output: 'packageFiles' })],
	[6, errands('announced digests', sized(100 * KB, 2 * MB, { digests: ['content-md5', 'x-amz-checksum-sha256'] }))],
	[6, errands('several connections', sized(18 * MB, 30 * MB, { bytesPerSecond: 4 * MB, latencyMs: 20 }))],
	[2, errands('cut lines of several connections', sized(18 * MB, 24 * MB, { bytesPerSecond: 4 * MB }, [1 / 2, 4 / 5]))],
	[10, errands('cut lines', sized(1 * MB, 4 * MB, {}, [1 / 3, { reset: true }, 2 / 3]), 2)],
	[8, errands('expired links', sized(500 * KB, 3 * MB, {}, [1 / 2, { expire: true }]))],
	[4, errands('replaced packages', sized(500 * KB, 2 * MB, {}, [1 / 2, { replace: true }]))],
	[9, errands('503, 500 and 429', unavailable)],
	[8, errands('waits', waiting, 3)],
	[6, fc.constant(plan('refused tasks beside a good one', refused))],
	[2, errands('damaged packages', fc.constant(damaged))],
	[1, errands('cancelled', sized(40 * MB, 40 * MB, { bytesPerSecond: 2 * MB }), 1, { isCancelled: true })],
];

const plans = fc.oneof(...MIX.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/** Executions without end, the same for the same seed; each is prepared when it is asked for. */
export function mixedWork(sandbox: SandboxHandle, seed: number): () => Promise<Errand> {
	const drawn = fc.sample(plans, { seed, numRuns: 10_000 });
	let next = 0;
	return async () => await (drawn[next++ % drawn.length] as Plan)(sandbox);
}
