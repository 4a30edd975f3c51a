import type { PackageSettingsChange, SandboxHandle, StorageFault } from '../sandbox/client.mts';
import type { TaskIds } from '../n8n/scenarios/workflows.mts';
import { newTasks } from './queueScenario.mts';
import type { Random } from './random.mts';

/** What must come out for one input item: the package, or an error item with such a message. */
export type Expected = 'package' | RegExp;

/** One execution: what goes in, and what must come out. */
export interface Errand {
	kind: string;
	output: 'file' | 'signedUrl';
	tasks: TaskIds[];
	/** One entry for each task. */
	expected: Expected[];
	/** Stopped by hand in mid-download; nothing comes out. */
	isCancelled?: boolean;
}

type Make = (sandbox: SandboxHandle, random: Random) => Promise<Errand>;

const KB = 1_000;
const MB = 1_000_000;

/** Tasks with packages of these settings, and with these faults on their way. */
async function prepare(
	sandbox: SandboxHandle,
	count: number,
	settings: () => PackageSettingsChange,
	faults: (size: number) => StorageFault[] = () => [],
): Promise<TaskIds[]> {
	const tasks = await newTasks({ sandbox }, count);
	for (const { taskId } of tasks) {
		const { size = 0 } = await sandbox.configurePackage(taskId, settings());
		const wanted = faults(size);
		if (wanted.length > 0) await sandbox.addFaults(taskId, wanted);
	}
	return tasks;
}

const allArrive = (kind: string, tasks: TaskIds[], output: Errand['output'] = 'file'): Errand => ({
	kind,
	output,
	tasks,
	expected: tasks.map(() => 'package'),
});

const link: Make = async (sandbox, random) =>
	allArrive('signed URL', await prepare(sandbox, random.between(1, 3), () => ({ size: random.between(10 * KB, 200 * KB) })), 'signedUrl');

const small: Make = async (sandbox, random) =>
	allArrive('small files', await prepare(sandbox, random.between(1, 5), () => ({ size: random.between(1, 400 * KB) })));

const announced: Make = async (sandbox, random) =>
	allArrive(
		'announced digests',
		await prepare(sandbox, 1, () => ({ size: random.between(100 * KB, 2 * MB), digests: ['content-md5', 'x-amz-checksum-sha256'] })),
	);

const severalConnections: Make = async (sandbox, random) =>
	allArrive(
		'several connections',
		await prepare(sandbox, 1, () => ({ size: random.between(18 * MB, 30 * MB), bytesPerSecond: 4 * MB, latencyMs: 20 })),
	);

const cuts: Make = async (sandbox, random) =>
	allArrive(
		'cut lines',
		await prepare(
			sandbox,
			random.between(1, 2),
			() => ({ size: random.between(1 * MB, 4 * MB) }),
			(size) => [{ cutAt: Math.floor(size / 3) }, { reset: true }, { cutAt: Math.floor((2 * size) / 3) }],
		),
	);

const cutWhileSplit: Make = async (sandbox, random) =>
	allArrive(
		'cut lines of several connections',
		await prepare(
			sandbox,
			1,
			() => ({ size: random.between(18 * MB, 24 * MB), bytesPerSecond: 4 * MB }),
			(size) => [{ cutAt: Math.floor(size / 2) }, { cutAt: Math.floor((4 * size) / 5) }],
		),
	);

const expiries: Make = async (sandbox, random) =>
	allArrive(
		'expired links',
		await prepare(sandbox, 1, () => ({ size: random.between(500 * KB, 3 * MB) }), (size) => [
			{ cutAt: Math.floor(size / 2) },
			{ expire: true },
		]),
	);

const replaced: Make = async (sandbox, random) =>
	allArrive(
		'replaced packages',
		await prepare(sandbox, 1, () => ({ size: random.between(500 * KB, 2 * MB) }), (size) => [
			{ cutAt: Math.floor(size / 2) },
			{ replace: true },
		]),
	);

const unavailable: Make = async (sandbox, random) => {
	const tasks = await prepare(sandbox, 1, () => ({ size: random.between(100 * KB, 1 * MB) }), () => [
		{ status: 503, retryAfter: 1 },
		{ status: 500 },
	]);
	const answer = random.pick([
		[1, { status: 503 }],
		[1, { status: 429, headers: { 'retry-after': '1' } }],
		[1, { fault: 'reset' as const }],
	]);
	for (const { taskId } of tasks) await sandbox.script({ method: 'PUT', path: taskId }, answer);
	return allArrive('503, 500 and 429', tasks);
};

const waits: Make = async (sandbox, random) =>
	allArrive(
		'waits',
		await prepare(sandbox, random.between(1, 3), () => ({
			size: random.between(100 * KB, 500 * KB),
			readyAfterMs: random.between(500, 3_500),
		})),
	);

const refused: Make = async (sandbox) => {
	const [good, failing] = await prepare(sandbox, 2, () => ({ size: 100 * KB }));
	if (!good || !failing) throw new Error('no tasks');
	await sandbox.configurePackage(failing.taskId, { failStatus: 'failed' });
	const unknown = { ...good, taskId: sandbox.known.nothing };
	return {
		kind: 'refused tasks beside a good one',
		output: 'file',
		tasks: [unknown, good, failing],
		expected: [/not found|not know/i, 'package', /could not make this package/],
	};
};

const damaged: Make = async (sandbox) => ({
	...allArrive('damaged packages', await prepare(sandbox, 1, () => ({ size: 300 * KB, digests: ['content-md5'], wrongDigest: true }))),
	expected: [/does not match the .* digest/],
});

const cancelled: Make = async (sandbox) => ({
	...allArrive('cancelled', await prepare(sandbox, 1, () => ({ size: 40 * MB, bytesPerSecond: 2 * MB }))),
	isCancelled: true,
});

/** How much of each there is, in per cent. */
const MIX: ReadonlyArray<readonly [number, Make]> = [
	[10, link],
	[28, small],
	[6, announced],
	[6, severalConnections],
	[2, cutWhileSplit],
	[10, cuts],
	[8, expiries],
	[4, replaced],
	[9, unavailable],
	[8, waits],
	[6, refused],
	[2, damaged],
	[1, cancelled],
];

/** Prepares the next execution at the sandbox. */
export function nextErrand(sandbox: SandboxHandle, random: Random): Promise<Errand> {
	return random.pick(MIX)(sandbox, random);
}
