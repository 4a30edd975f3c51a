import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { isLong } from '../drawn.mts';
import { until } from '../n8n/process/until.mts';

/** A process and all that it has started, the oldest first. */
function family(pid: number): number[] {
	const children = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout.match(/\d+/g) ?? [];
	return [pid, ...children.flatMap((child) => family(Number(child)))];
}

const areAllGone = (pids: number[]) => spawnSync('ps', ['-p', pids.join()]).status === 1;

/** `npm run sandbox`, once it listens. */
async function startCommand(): Promise<ChildProcess> {
	const npm = spawn('npm', ['run', 'sandbox', '--', '--quiet'], { stdio: ['ignore', 'pipe', 'inherit'] });
	for await (const text of npm.stdout ?? []) if (String(text).includes('"url"')) break;
	return npm;
}

describe('a command of package.json ends with all that it has started', () => {
	const started: number[] = [];
	afterEach(() => void spawnSync('kill', ['-KILL', ...started.splice(0).map(String)]));

	const [NPM, RUN, SCRIPT] = [0, 1, 2];
	test.each([
		["npm's process gets what Ctrl-C sends", NPM, 'SIGINT'],
		["npm's process is killed", NPM, 'SIGKILL'],
		...(isLong
			? ([
					["npm's process is asked to end", NPM, 'SIGTERM'],
					['the process below it is killed', RUN, 'SIGKILL'],
					['the last of them is killed', SCRIPT, 'SIGKILL'],
				] as const)
			: []),
	] as const)('when %s', async (_name, member, signal) => {
		const { pid = 0 } = await startCommand();
		const all = family(pid);
		started.push(...all);
		// npm, run.mjs, and the script that it runs: no shell in between.
		expect(all).toHaveLength(3);
		process.kill(all[member] ?? 0, signal);
		await until('nobody of them is left', async () => areAllGone(all), 60_000);
	});
});
