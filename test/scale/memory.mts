import { writeFileSync } from 'node:fs';

import { memoryOf } from '../n8n/process/procFigures.mts';
import type { Report } from '../n8n/process/runCommand.mts';
import { chain, downloadTask, FROM_ITEM, newTasks, oneItemEach } from '../n8n/scenarios/workflows.mts';
import type { PackageSettings } from '../sandbox/client.mts';
import { type BinaryMode, type QueueStage, startedBy } from './queueStage.mts';

const MIB = 1024 * 1024;
/** n8n takes at most 512 MiB a file into its database: the last one there shows what happens beyond. */
const SIZES: Record<BinaryMode, number[]> = {
	filesystem: [256 * MIB, 1024 * MIB],
	database: [64 * MIB, 256 * MIB, 500 * MIB, 600 * MIB],
	default: [64 * MIB, 256 * MIB],
};

const WITHIN_MS = 400_000;

/** What one execution fetches: one package, unless it is said how many, with the node as it is, unless it is said otherwise. */
interface Load {
	name: string;
	packages?: number;
	settings(size: number): PackageSettings;
	parameters?: Record<string, unknown>;
}

const farAway = (size: number): PackageSettings => ({ size, line: { roundTripMs: 100, bytesPerSecond: 20e6 } });

const ONE_PACKAGE: Load[] = [
	{ name: 'fast line, one connection', settings: (size) => ({ size }), parameters: { options: { connections: 1 } } },
	{ name: '100 ms away, several connections', settings: farAway },
];
const FIVE: Load = { name: '5 at once, each 100 ms away', packages: 5, settings: farAway };
const ALL_FILES: Load = {
	name: 'all its files, fast line',
	settings: (size) => ({ archive: { files: [{ path: 'bands/{n}.tif', size: size / 16, count: 16 }] } }),
	parameters: { output: 'packageFiles' },
};

/** Five of them in memory would be five times as much. */
const LOADS: Record<BinaryMode, Load[]> = {
	filesystem: [...ONE_PACKAGE, FIVE, ALL_FILES],
	database: [...ONE_PACKAGE, ALL_FILES],
	default: ONE_PACKAGE,
};

const mib = (bytes: number) => `${Math.round(bytes / MIB)} MiB`;

/** Has packages fetched by one execution, and says how much memory the worker took for it at its peak: a row of the table. */
async function measure(stage: QueueStage, size: number, { name, packages = 1, settings, parameters }: Load): Promise<string> {
	const { client, sandbox, workers } = stage;
	const tasks = await newTasks(sandbox, packages);
	for (const { taskId } of tasks) await sandbox.configurePackage(taskId, settings(size));
	const { id: workflowId } = await client.createWorkflow(chain(name, [...oneItemEach(tasks), downloadTask(stage, FROM_ITEM, parameters)]));
	// The system counts their peaks anew.
	for (const { pid } of workers) writeFileSync(`/proc/${pid}/clear_refs`, '5');
	const before = workers.map(({ pid }) => memoryOf(pid, 'VmRSS'));
	const startedAt = Date.now();
	const execution = await client.waitForExecution(await client.runWorkflow(workflowId), WITHIN_MS);
	const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
	const worker = workers.findIndex((each) => startedBy(each).includes(execution.id));
	const [was, peak] = [before[worker] ?? NaN, memoryOf(workers[worker]?.pid ?? NaN, 'VmHWM')];
	const ending = execution.status === 'success' ? 'stored' : `${execution.status}: ${execution.error?.message}`;
	return `  | ${mib(size)} | ${name} | ${mib(was)} | ${mib(peak)} | ${mib(peak - was)} | ${seconds} | ${ending} |`;
}

/** Has packages fetched, one execution after the other, and prints the table. */
export async function measureMemory(stage: QueueStage, say: Report): Promise<void> {
	say(`  | each package | how | worker before | at its peak | more | seconds | how it ended |\n  |---|---|---|---|---|---|---|`);
	// What n8n loads for its first execution is no part of a transfer.
	for (const size of [10 * MIB, 10 * MIB, ...SIZES[stage.binaryMode]]) {
		for (const load of LOADS[stage.binaryMode]) {
			const row = await measure(stage, size, load);
			if (size > 10 * MIB) say(row);
		}
	}
}
