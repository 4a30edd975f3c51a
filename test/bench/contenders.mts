import { statSync } from 'node:fs';
import { join } from 'node:path';
import { keys, known, type SandboxHandle } from '../sandbox/client.mts';
import type { TaskPath } from '../sandbox/types.mts';
import { measureCommand, versionOfCommand } from './command.mts';
import type { Figures } from './measure.mts';
import { type N8nForBench, type NodeRun, runNodes } from './n8nContender.mts';
import { removeFolder, takeFolder } from './scratch.mts';

/** Those that fetch a whole package. */
export const FETCHERS = ['pixxel', 'httpRequest', 'curl', 'aria2c4', 'aria2c16'] as const;
export const CONTENDERS = [...FETCHERS, 'compression'] as const;
export type Contender = (typeof CONTENDERS)[number];

export const NAMES: Record<Contender, string> = {
	pixxel: 'this node',
	httpRequest: 'HTTP Request node',
	curl: 'curl',
	aria2c4: 'aria2c -x4',
	aria2c16: 'aria2c -x16',
	compression: 'HTTP Request, then Compression',
};

interface CommandLine {
	command: string;
	options: (folder: string) => string[];
}

/** Splits into so many from the start, since it would otherwise open no more connections than it has pieces of 20 MiB. */
const aria2c = (connections: number): CommandLine => ({
	command: 'aria2c',
	options: (folder) => [
		...['--quiet', `-x${connections}`, `-s${connections}`, '-k1M', '--file-allocation=none'],
		...['--dir', folder, '--out', 'package'],
	],
});

const COMMAND_LINES: Partial<Record<Contender, CommandLine>> = {
	curl: { command: 'curl', options: (folder) => ['--silent', '--fail', '--output', join(folder, 'package')] },
	aria2c4: aria2c(4),
	aria2c16: aria2c(16),
};

/** The package that is measured, and a small one that is fetched before it. */
export const MEASURED = known.demo;
export const WARM_UP = known.second;

export interface Arena {
	sandbox: SandboxHandle;
	n8n: N8nForBench;
}

/** Why a contender cannot take part; undefined where it can. */
export function whyMissing(contender: Contender): string | undefined {
	const command = COMMAND_LINES[contender]?.command;
	if (command === undefined) return undefined;
	return versionOfCommand(command) === undefined ? `${command} is not installed here: ${NAMES[contender]} is skipped` : undefined;
}

const locator = (value: string) => ({ __rl: true, mode: 'id', value });

/** This node with all its options as they are by default, for so many items. */
export function ourNode({ sandbox }: Arena, { workflowId, jobId, taskId }: TaskPath, count = 1): NodeRun {
	return {
		nodeName: 'pixxel',
		apiUrl: sandbox.url,
		items: Array.from({ length: count }, () => ({ json: {} })),
		parameters: { workflowId: locator(workflowId), jobId: locator(jobId), taskId: locator(taskId) },
	};
}

const batchesOf = (batchSize: number, batchInterval: number) => ({ batching: { batch: { batchSize, batchInterval } } });
const asFile = { response: { response: { responseFormat: 'file' } } };

export function fetchNode(urls: string[]): NodeRun {
	const items = urls.map((url) => ({ json: { url } }));
	return { nodeName: 'httpRequest', items, parameters: { url: '={{ $json.url }}', options: asFile } };
}

async function runCommandLine({ command, options }: CommandLine, url: string, size: number): Promise<Figures> {
	const folder = takeFolder();
	try {
		const figures = await measureCommand(command, [...options(folder), url]);
		expectSizes([statSync(join(folder, 'package')).size], [size]);
		return figures;
	} finally {
		removeFolder(folder);
	}
}

/** A contender that did not do the work is no contender. */
export function expectSizes(sizes: number[], wanted: number[]): void {
	if (sizes.join() === wanted.join()) return;
	throw new Error(`Wanted ${wanted.length} files of ${wanted[0]} bytes, got ${sizes.length}: ${sizes.slice(0, 5).join(', ')}`);
}

/** Has one contender fetch the measured package once. Ours asks the API for it first, the others get a signed URL. */
export async function fetchOnce(arena: Arena, contender: Contender, size: number): Promise<Figures> {
	const { sandbox, n8n } = arena;
	const commandLine = COMMAND_LINES[contender];
	if (commandLine !== undefined) {
		return await runCommandLine(commandLine, await sandbox.signUrl(MEASURED.taskId), size);
	}
	const chain =
		contender === 'pixxel'
			? [{ ...ourNode(arena, WARM_UP), isWarmUp: true }, ourNode(arena, MEASURED)]
			: [
					{ ...fetchNode([await sandbox.signUrl(WARM_UP.taskId)]), isWarmUp: true },
					fetchNode([await sandbox.signUrl(MEASURED.taskId)]),
				];
	const { sizes, ...figures } = await runNodes(n8n, chain, keys.valid);
	expectSizes(sizes, [size]);
	return figures;
}

/** Has one of the nodes fetch many packages, each after asking the API for it. */
export async function fetchMany(
	arena: Arena,
	contender: 'pixxel' | 'httpRequest',
	count: number,
	size: number,
	pace: { batchSize: number; askMs: number; fetchMs: number },
): Promise<Figures> {
	const { sandbox, n8n } = arena;
	const ask: NodeRun = {
		nodeName: 'httpRequest',
		items: Array.from({ length: count }, () => ({ json: { url: `${sandbox.url}${sandbox.taskDownloadPath(MEASURED)}` } })),
		parameters: {
			method: 'PUT',
			url: '={{ $json.url }}',
			sendHeaders: true,
			headerParameters: { parameters: [{ name: 'Authorization', value: keys.valid }] },
			options: batchesOf(pace.batchSize, pace.askMs),
		},
	};
	const fetchAnswered: NodeRun = {
		nodeName: 'httpRequest',
		parameters: { url: '={{ $json.signed_url }}', options: { ...asFile, ...batchesOf(pace.batchSize, pace.fetchMs) } },
	};
	const chain =
		contender === 'pixxel'
			? [{ ...ourNode(arena, WARM_UP), isWarmUp: true }, ourNode(arena, MEASURED, count)]
			: [{ ...fetchNode([await sandbox.signUrl(WARM_UP.taskId)]), isWarmUp: true }, ask, fetchAnswered];
	const { sizes, ...figures } = await runNodes(n8n, chain, keys.valid);
	expectSizes(sizes, Array.from({ length: count }, () => size));
	return figures;
}
