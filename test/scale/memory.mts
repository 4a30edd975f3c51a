import { writeFileSync } from 'node:fs';

import type { Report } from '../n8n/process/runCommand.mts';
import { executionOf, startDownload, startedBy } from './queueScenario.mts';
import { peakRssBytes, procFigures } from './procFigures.mts';
import type { QueueStage, BinaryMode } from './queueStage.mts';

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

/** Has one package fetched, and says how much memory the worker took for it at its peak: a row of the table. */
async function measure(stage: QueueStage, size: number, { name, options, ...pace }: Line): Promise<string> {
	const { client, workers } = stage;
	for (const { pid } of workers) forgetPeak(pid);
	const before = workers.map(({ pid }) => procFigures(pid).rssBytes);
	const startedAt = Date.now();
	const { workflowId } = await startDownload(stage, `memory-${startedAt}`, { size, ...pace }, { parameters: { options } });
	const execution = await client.waitForExecution(await executionOf(stage, workflowId), 400_000);
	const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
	const worker = workers.findIndex((each) => startedBy(each).includes(execution.id));
	const [was, peak] = [before[worker] ?? 0, peakRssBytes(workers[worker]?.pid ?? 0)];
	const ending = execution.status === 'success' ? 'file stored' : `${execution.status}: ${execution.error?.message}`;
	return `  | ${mib(size)} | ${name} | ${mib(was)} | ${mib(peak)} | ${mib(peak - was)} | ${seconds} | ${ending} |`;
}

/** Has packages fetched, one after the other, and prints the table. */
export async function measureMemory(stage: QueueStage, say: Report): Promise<void> {
	say(`  | package | line | worker before | at its peak | more | seconds | how it ended |\n  |---|---|---|---|---|---|---|`);
	// What n8n loads for its first execution is no part of a transfer.
	for (const size of [10 * MIB, 10 * MIB, ...SIZES[stage.binaryMode]]) {
		for (const line of LINES) {
			const row = await measure(stage, size, line);
			if (size > 10 * MIB) say(row);
		}
	}
}
