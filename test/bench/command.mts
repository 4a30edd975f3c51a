import { spawn, spawnSync } from 'node:child_process';
import { memoryOf } from '../n8n/process/procFigures.mts';
import type { Figures } from './n8nContender.mts';

const SAMPLE_EVERY_MS = 10;

/** Starts a program, names its process and, when it has ended, prints the processor time that the shell saw it use. */
const TIMED = '"$@" & pid=$!; echo $pid; wait $pid; code=$?; times; exit $code';

/** The first line of what a program says about its version; undefined where it is not installed. */
export function versionOfCommand(command: string): string | undefined {
	if (process.platform === 'win32') return undefined;
	const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
	return status === 0 ? stdout.split('\n')[0]?.split(' (')[0] : undefined;
}

/** Most memory that a process has had so far; undefined where the system does not say. */
function peakMemory(pid: number): number | undefined {
	try {
		return memoryOf(pid, 'VmHWM') || undefined;
	} catch {
		return undefined;
	}
}

/** `0m1.250s` in seconds. */
function readTime(text: string): number {
	const [, minutes, seconds] = /(\d+)m([\d.]+)s/.exec(text) ?? [];
	return Number(minutes) * 60 + Number(seconds);
}

/** Runs a program, and tells what it cost. Its memory counts from nothing, since it was not there before. */
export async function measureCommand(command: string, args: string[], cwd: string): Promise<Figures> {
	const startedAt = performance.now();
	const shell = spawn('sh', ['-c', TIMED, 'sh', command, ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
	let said = '';
	let memoryGrowthBytes: number | undefined;
	shell.stdout.on('data', (text: Buffer) => (said += text.toString()));
	const sampling = setInterval(() => {
		memoryGrowthBytes = peakMemory(Number(said.split('\n')[0])) ?? memoryGrowthBytes;
	}, SAMPLE_EVERY_MS);
	const code = await new Promise((resolve, reject) => shell.once('error', reject).once('close', resolve));
	clearInterval(sampling);
	const seconds = (performance.now() - startedAt) / 1_000;
	if (code !== 0) throw new Error(`${command} ended with ${String(code)}`);
	const ofChildren = said.trim().split('\n').at(-1)?.split(' ') ?? [];
	return { seconds, cpuSeconds: ofChildren.map(readTime).reduce((sum, each) => sum + each, 0), memoryGrowthBytes };
}
