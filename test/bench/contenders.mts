import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { sum } from 'simple-statistics';
import { memoryOf } from '../n8n/process/procFigures.mts';
import { removeFolder, takeFolder } from '../n8n/process/temporaryFolder.mts';
import { byId } from '../n8n/scenarios/workflows.mts';
import { keys, known, type SandboxHandle } from '../sandbox/client.mts';
import type { TaskPath } from '../sandbox/types.mts';
import { type Figures, type N8nForBench, type NodeRun, type Order, runNodes } from './n8nContender.mts';

const SAMPLE_EVERY_MS = 10;

/** Starts a program, names its process and, when it has ended, prints the processor time that the shell saw it use. */
const TIMED = '"$@" & pid=$!; echo $pid; wait $pid; code=$?; times; exit $code';

/** The first line of what a program says about its version; undefined where it is not installed. */
export function versionOfCommand(command: string): string | undefined {
	if (process.platform === 'win32') return undefined;
	const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
	return status === 0 ? stdout.split('\n')[0]?.split(' (')[0] : undefined;
}

/** Runs a program, and tells what it cost. Its memory counts from nothing, since it was not there before. */
async function measureCommand(command: string, args: string[], cwd: string): Promise<Figures> {
	const startedAt = performance.now();
	const shell = spawn('sh', ['-c', TIMED, 'sh', command, ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
	let said = '';
	let memoryGrowthBytes: number | undefined;
	shell.stdout.on('data', (text: Buffer) => (said += text.toString()));
	const sampling = setInterval(() => {
		try {
			memoryGrowthBytes = memoryOf(Number(said.split('\n')[0]), 'VmHWM') || memoryGrowthBytes;
		} catch {
			// It has ended, or the system does not say.
		}
	}, SAMPLE_EVERY_MS);
	const [code] = (await once(shell, 'close')) as [number | null];
	clearInterval(sampling);
	const seconds = (performance.now() - startedAt) / 1_000;
	if (code !== 0) throw new Error(`${command} ended with ${code}`);
	// In user mode and in the kernel: 0m1.250s 0m0.310s
	const ofChildren = said.trim().split('\n').at(-1)?.matchAll(/(\d+)m([\d.]+)s/g) ?? [];
	return { seconds, cpuSeconds: sum([...ofChildren].map((time) => Number(time[1]) * 60 + Number(time[2]))), memoryGrowthBytes };
}

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
	/** A signed URL of a package. */
	urlOf(taskId: string): Promise<string>;
	/** A command that contenders run in; empty: none. */
	within: readonly string[];
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

async function runCommandLine([command = '', ...words]: readonly string[], url: string, size: number): Promise<Figures> {
	const folder = takeFolder('bench');
	try {
		const figures = await measureCommand(command, [...words, 'package', url], folder);
		expectSizes([statSync(join(folder, 'package')).size], [size]);
		return figures;
	} finally {
		removeFolder(folder);
	}
}

/** The nodes that do a contender's work on a task's package. */
type Chain = (task: TaskPath) => NodeRun[] | Promise<NodeRun[]>;

/** This node with all its options as they are by default. */
const ours = (parameters: object = {}): Chain => ({ workflowId, jobId, taskId }) => {
	const ids = { workflowId: byId(workflowId), jobId: byId(jobId), taskId: byId(taskId) };
	return [{ nodeName: 'pixxel', parameters: { ...ids, ...parameters } }];
};

const fetched = (url: string, options: object = {}): NodeRun => ({
	nodeName: 'httpRequest',
	parameters: { url, options: { response: { response: { responseFormat: 'file' } }, ...options } },
});

/** n8n's node on a signed URL, which is known before, and costs nothing. */
const byUrl = ({ urlOf }: Arena, ...more: NodeRun[]): Chain => async ({ taskId }) => [fetched(await urlOf(taskId)), ...more];

/** The times from one batch to the next are what the HTTP Request node knows of a pace. */
interface Pace {
	batchSize: number;
	askMs: number;
	fetchMs: number;
}

/** n8n's node twice: it asks the API for each package, and fetches that. */
const askAndFetch = ({ sandbox }: Arena, { batchSize, askMs, fetchMs }: Pace): Chain => (task) => {
	const batches = (batchInterval: number) => ({ batching: { batch: { batchSize, batchInterval } } });
	const parameters = {
		method: 'PUT',
		url: `${sandbox.url}${sandbox.taskDownloadPath(task)}`,
		sendHeaders: true,
		headerParameters: { parameters: [{ name: 'Authorization', value: keys.valid }] },
		options: batches(askMs),
	};
	return [{ nodeName: 'httpRequest', parameters }, fetched('={{ $json.signed_url }}', batches(fetchMs))];
};

/** Runs nodes once, after a small package. */
async function run({ n8n, sandbox, within }: Arena, chain: Chain, wanted: number[], more: Pick<Order, 'count' | 'mayStop'> = {}): Promise<Figures> {
	const api = { baseUrl: sandbox.url, apiKey: keys.valid };
	const order = { api, warmUp: await chain(WARM_UP), chain: await chain(MEASURED), ...more };
	const { sizes, ...figures } = await runNodes(n8n, order, within);
	// The one that may stop cannot choose files either: others may come out as well.
	const counted = more.mayStop ? sizes.filter((size) => wanted.includes(size)) : sizes;
	if (figures.stoppedBy === undefined) expectSizes(counted, wanted);
	return figures;
}

/** Has one contender fetch the measured package once. Ours asks the API for it first, the others get a signed URL. */
export async function fetchOnce(arena: Arena, contender: Contender, size: number): Promise<Figures> {
	const commandLine = COMMAND_LINES[contender];
	if (commandLine !== undefined) return await runCommandLine([...arena.within, ...commandLine], await arena.urlOf(MEASURED.taskId), size);
	return await run(arena, contender === 'httpRequest' ? byUrl(arena) : ours(), [size]);
}

/** Has one of the nodes fetch many packages, each after asking the API for it. */
export async function fetchMany(arena: Arena, contender: 'pixxel' | 'httpRequest', count: number, size: number, pace: Pace): Promise<Figures> {
	const wanted = Array.from({ length: count }, () => size);
	return await run(arena, contender === 'pixxel' ? ours() : askAndFetch(arena, pace), wanted, { count });
}

/**
 * Has one contender take files out of the measured package, once. The other one has to fetch all of it and unpack all of it,
 * whatever is wanted; where n8n's Compression node stops, its figures say so.
 */
export async function unpackOnce(arena: Arena, contender: 'pixxel' | 'compression', files: string, wanted: number[]): Promise<Figures> {
	if (contender === 'pixxel') return await run(arena, ours({ output: 'packageFiles', files }), wanted);
	const unpack: NodeRun = { nodeName: 'compression', parameters: { operation: 'decompress' } };
	return await run(arena, byUrl(arena, unpack), wanted, { mayStop: true });
}
