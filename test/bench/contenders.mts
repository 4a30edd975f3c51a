import { statSync } from 'node:fs';
import { join } from 'node:path';
import { keys, known, type SandboxHandle } from '../sandbox/client.mts';
import type { TaskPath } from '../sandbox/types.mts';
import { measureCommand, versionOfCommand } from './command.mts';
import { type Figures, type N8nForBench, type NodeRun, removeFolder, runNodes, takeFolder } from './n8nContender.mts';

/** Those that fetch a whole package. */
export const FETCHERS = ['pixxel', 'httpRequest', 'curl', 'aria2c4', 'aria2c16'] as const;
export const CONTENDERS = [...FETCHERS, 'compression', 'asOneFile'] as const;
export type Contender = (typeof CONTENDERS)[number];

export const NAMES: Record<Contender, string> = {
	pixxel: 'this node',
	httpRequest: 'HTTP Request node',
	curl: 'curl',
	aria2c4: 'aria2c -x4',
	aria2c16: 'aria2c -x16',
	compression: 'HTTP Request, then Compression',
	asOneFile: 'this node, the ZIP as it is',
};

/** Splits into so many from the start, since it would otherwise open no more connections than it has pieces of 20 MiB. */
const aria2c = (connections: number) => ['aria2c', '--quiet', `-x${connections}`, `-s${connections}`, '-k1M', '--file-allocation=none', '--out'];

/** Their words before the name of the file. */
const COMMAND_LINES: Partial<Record<Contender, string[]>> = {
	curl: ['curl', '--silent', '--fail', '--output'],
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
	const command = COMMAND_LINES[contender]?.[0];
	if (command === undefined || versionOfCommand(command) !== undefined) return undefined;
	return `${command} is not installed here: ${NAMES[contender]} is skipped`;
}

/** A contender that did not do the work is no contender. */
function expectSizes(sizes: number[], wanted: number[]): void {
	if (sizes.join() === wanted.join()) return;
	throw new Error(`Wanted ${wanted.length} files of ${wanted[0]} bytes, got ${sizes.length}: ${sizes.slice(0, 5).join(', ')}`);
}

async function runCommandLine([command = '', ...words]: string[], url: string, size: number): Promise<Figures> {
	const folder = takeFolder();
	try {
		const figures = await measureCommand(command, [...words, 'package', url], folder);
		expectSizes([statSync(join(folder, 'package')).size], [size]);
		return figures;
	} finally {
		removeFolder(folder);
	}
}

/** The nodes that do a contender's work on a task's package, or on so many of them. */
type Chain = (task: TaskPath, count: number) => NodeRun[];

const locator = (value: string) => ({ __rl: true, mode: 'id', value });
const nothing = (count: number) => Array.from({ length: count }, () => ({ json: {} }));

/** This node with all its options as they are by default. */
const ours = ({ sandbox }: Arena, parameters: (task: TaskPath) => object = () => ({})): Chain => (task, count) => {
	const ids = { workflowId: locator(task.workflowId), jobId: locator(task.jobId), taskId: locator(task.taskId) };
	return [{ nodeName: 'pixxel', apiUrl: sandbox.url, items: nothing(count), parameters: { ...ids, ...parameters(task) } }];
};

const fetched = (url: string, options: object = {}): NodeRun => ({
	nodeName: 'httpRequest',
	parameters: { url, options: { response: { response: { responseFormat: 'file' } }, ...options } },
});

/** n8n's node on a signed URL; those are known before, and cost nothing. */
async function byUrl({ sandbox }: Arena, ...more: NodeRun[]): Promise<Chain> {
	const urls = new Map<string, string>();
	for (const { taskId } of [WARM_UP, MEASURED]) urls.set(taskId, await sandbox.signUrl(taskId));
	return ({ taskId }) => [{ ...fetched(urls.get(taskId) ?? ''), items: nothing(1) }, ...more];
}

/** The times from one batch to the next are what the HTTP Request node knows of a pace. */
export interface Pace {
	batchSize: number;
	askMs: number;
	fetchMs: number;
}

/** n8n's node twice: it asks the API for each package, and fetches that. */
const askAndFetch = ({ sandbox }: Arena, { batchSize, askMs, fetchMs }: Pace): Chain => (task, count) => {
	const batches = (batchInterval: number) => ({ batching: { batch: { batchSize, batchInterval } } });
	const parameters = {
		method: 'PUT',
		url: `${sandbox.url}${sandbox.taskDownloadPath(task)}`,
		sendHeaders: true,
		headerParameters: { parameters: [{ name: 'Authorization', value: keys.valid }] },
		options: batches(askMs),
	};
	return [{ nodeName: 'httpRequest', items: nothing(count), parameters }, fetched('={{ $json.signed_url }}', batches(fetchMs))];
};

/** Runs nodes once, after a small package. Files of other sizes than the wanted ones may come out where nothing can be chosen. */
async function run({ n8n }: Arena, chain: Chain, wanted: number[], count = 1, mayGiveMore = false): Promise<Figures> {
	const { sizes, ...figures } = await runNodes(n8n, { warmUp: chain(WARM_UP, 1), chain: chain(MEASURED, count), key: keys.valid });
	const counted = mayGiveMore ? sizes.filter((size) => wanted.includes(size)) : sizes;
	if (figures.stoppedBy === undefined) expectSizes(counted, wanted);
	return figures;
}

/** Has one contender fetch the measured package once. Ours asks the API for it first, the others get a signed URL. */
export async function fetchOnce(arena: Arena, contender: Contender, size: number): Promise<Figures> {
	const commandLine = COMMAND_LINES[contender];
	if (commandLine !== undefined) return await runCommandLine(commandLine, await arena.sandbox.signUrl(MEASURED.taskId), size);
	return await run(arena, contender === 'pixxel' || contender === 'asOneFile' ? ours(arena) : await byUrl(arena), [size]);
}

/** Has one of the nodes fetch many packages, each after asking the API for it. */
export async function fetchMany(arena: Arena, contender: 'pixxel' | 'httpRequest', count: number, size: number, pace: Pace): Promise<Figures> {
	const wanted = Array.from({ length: count }, () => size);
	return await run(arena, contender === 'pixxel' ? ours(arena) : askAndFetch(arena, pace), wanted, count);
}

/**
 * Has one contender take files out of the measured package, once. The other one has to fetch all of it and unpack all of it,
 * whatever is wanted; where n8n's Compression node stops, its figures say so.
 */
export async function unpackOnce(arena: Arena, contender: 'pixxel' | 'compression', files: string, wanted: number[]): Promise<Figures> {
	if (contender === 'pixxel') {
		const chosen = (task: TaskPath) => ({ output: 'packageFiles', files: task === MEASURED ? files : '' });
		return await run(arena, ours(arena, chosen), wanted);
	}
	const unpack: NodeRun = { nodeName: 'compression', parameters: { operation: 'decompress' }, mayStop: true };
	return await run(arena, await byUrl(arena, unpack), wanted, 1, true);
}
