import { writeFileSync } from 'node:fs';

import type { Report } from '../n8n/process/runCommand.mts';
import { call, newTasks, startedBy } from './queueScenario.mts';
import { peakRssBytes, procFigures } from './procFigures.mts';
import type { QueueStage, BinaryMode } from './queueStage.mts';
import { downloadOnCall } from './workflows.mts';

const MIB = 1024 * 1024;
/** n8n takes at most 512 MiB a file into its database: the last one there shows what happens beyond. */
const SIZES: Record<BinaryMode, number[]> = {
	filesystem: [256 * MIB, 1024 * MIB],
	database: [64 * MIB, 256 * MIB, 500 * MIB, 600 * MIB],
	default: [64 * MIB, 256 * MIB],
};

interface Line {
	name: string;
	options: Record<string, unknown>;
	/** For each connection. */
	bytesPerSecond?: number;
	latencyMs?: number;
}

const LINES: Line[] = [
	{ name: 'fast line, one connection', options: { connections: 1 } },
	{ name: 'slow line (20 MB/s a connection), 4 connections', options: { connections: 4 }, bytesPerSecond: 20e6, latencyMs: 30 },
];

/** Makes the system count a process's peak anew (Linux). */
function forgetPeak(pid: number): void {
	writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

const mib = (bytes: number) => `${Math.round(bytes / MIB)} MiB`;

/** Has packages fetched, one after the other, and says how much memory the worker took for each at its peak. */
export async function measureMemory(stage: QueueStage, say: Report): Promise<void> {
	const { client, main, pixxel, sandbox, workers, binaryMode } = stage;
	say(`  | package | line | worker before | at its peak | more | seconds | how it ended |\n  |---|---|---|---|---|---|---|`);
	// What n8n loads for its first execution is no part of a transfer.
	for (const size of [10 * MIB, 10 * MIB, ...SIZES[binaryMode]]) {
		for (const [index, line] of LINES.entries()) {
			const [task] = await newTasks(stage, 1);
			if (!task) throw new Error('no task');
			const { bytesPerSecond, latencyMs } = line;
			await sandbox.configurePackage(task.taskId, { size, bytesPerSecond, latencyMs });
			const path = `memory-${binaryMode}-${size}-${index}-${Date.now()}`;
			const workflow = await client.createWorkflow(downloadOnCall(path, path, pixxel, { options: line.options }));
			await client.activateWorkflow(workflow.id);
			for (const { pid } of workers) forgetPeak(pid);
			const before = workers.map(({ pid }) => procFigures(pid).rssBytes);
			const startedAt = Date.now();
			await call(main, path, task);
			let id: string | undefined;
			while (!id) id = (await client.executionsOf(workflow.id))[0]?.id;
			const execution = await client.waitForExecution(id, 400_000);
			const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
			const worker = workers.findIndex((each) => startedBy(each).includes(id));
			const peak = peakRssBytes(workers[worker]?.pid ?? 0);
			if (size === 10 * MIB) continue;
			const ending = execution.status === 'success' ? 'file stored' : `${execution.status}: ${execution.error?.message}`;
			const was = before[worker] ?? 0;
			say(`  | ${mib(size)} | ${line.name} | ${mib(was)} | ${mib(peak)} | ${mib(peak - was)} | ${seconds} | ${ending} |`);
		}
	}
}
