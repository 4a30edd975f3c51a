import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { until } from '../n8n/process/until.mts';

/** A process and all that it has started, the oldest first. */
function family(pid: number): number[] {
	const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
	const all = lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
	const below = (parent: number): number[] => all.filter(([, ppid]) => ppid === parent).flatMap(([child]) => [child, ...below(child)]);
	return [pid, ...below(pid)];
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** `npm run sandbox`, once it listens. */
async function startCommand(): Promise<ChildProcess> {
	const npm = spawn('npm', ['run', 'sandbox', '--', '--quiet'], { stdio: ['ignore', 'pipe', 'inherit'] });
	for await (const text of npm.stdout ?? []) if (String(text).includes('"url"')) break;
	return npm;
}

describe('a command of package.json ends with all that it has started', () => {
	const started: number[] = [];
	afterEach(() => {
		for (const pid of started.splice(0).filter(isAlive)) process.kill(pid, 'SIGKILL');
	});

	const [NPM, RUN, SCRIPT] = [0, 1, 2];
	test.each([
		["npm's process is asked to end", NPM, 'SIGTERM'],
		["npm's process gets what Ctrl-C sends", NPM, 'SIGINT'],
		["npm's process is killed", NPM, 'SIGKILL'],
		['the process below it is killed', RUN, 'SIGKILL'],
		['the last of them is killed', SCRIPT, 'SIGKILL'],
	] as const)('when %s', async (_name, member, signal) => {
		const { pid = 0 } = await startCommand();
		const all = family(pid);
		started.push(...all);
		// npm, run.mjs, and the script that it runs: no shell in between.
		expect(all).toHaveLength(3);
		process.kill(all[member] ?? 0, signal);
		await until('nobody of them is left', async () => !all.some(isAlive), 8_000);
	});
});
