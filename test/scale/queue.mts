/**
 * `npm run test:queue`: n8n in queue mode, with real PostgreSQL and Redis, one main process and two workers.
 */
import { Command, Option } from 'commander';

import { installN8n } from '../n8n/install/installN8n.mts';
import { packNode } from '../n8n/install/packNode.mts';
import { NEWEST_N8N } from '../n8n/install/versions.mts';
import { Checks, secondsSince } from '../n8n/process/checks.mts';
import { runMain } from '../n8n/process/shutdown.mts';
import { measureMemory } from './memory.mts';
import { noSocketsLeft, SCENARIOS } from './queueScenarios.mts';
import { BINARY_MODES, type BinaryMode, QueueStage, QUICK_LOCKS, startServers } from './queueStage.mts';

const { binaryMode, only, slowLocks, memory } = new Command('npm run test:queue --')
	.description(
		`Starts n8n ${NEWEST_N8N} in queue mode, and proves that work is spread, that a worker that is stopped finishes what it does, ` +
			'and that what a killed worker leaves can be retried. On Debian and as root it installs PostgreSQL and Redis.',
	)
	.addOption(new Option('--binary-mode <mode>', 'where n8n keeps files ("default" is memory); without it: all that fit').choices(BINARY_MODES))
	.option('--only <text>', 'only scenarios with this text in their name', '')
	.option('--slow-locks', "n8n's own settings for how long a lost worker goes unnoticed")
	.option('--memory', "measure a worker's memory while it fetches, instead of the scenarios")
	.parse()
	.opts<{ binaryMode?: BinaryMode; only: string; slowLocks?: true; memory?: true }>();

const say = (line: string) => console.log(line);
const checks = new Checks(say, 300_000);

async function main(): Promise<number> {
	// Memory is no way to share files between processes: the scenarios leave it out unless it is named.
	const modes = binaryMode ? [binaryMode] : BINARY_MODES.filter((mode) => memory || mode !== 'default');
	const scenarios = SCENARIOS.filter(({ name }) => name.toLowerCase().includes(only.toLowerCase()));
	const installation = await installN8n(NEWEST_N8N, say);
	const tarball = await packNode(say);

	say(`Starting PostgreSQL, Redis, and n8n ${NEWEST_N8N} as one main process and two workers.`);
	const { sandbox, env } = await startServers(say);
	// All that n8n can say: what the log must not hold, it must not hold then either.
	const options = { installation, logLevel: 'debug' as const, env: slowLocks ? env : { ...env, ...QUICK_LOCKS }, report: say };
	for (const mode of modes) {
		const startedAt = Date.now();
		const stage = new QueueStage(sandbox, mode, tarball, options);
		await stage.start();
		say(`\nn8n ${NEWEST_N8N}, files in the ${mode} (started in ${secondsSince(startedAt)})`);
		if (memory) await measureMemory(stage, say);
		for (const { name, run } of memory ? [] : scenarios) {
			await sandbox.reset();
			await checks.check(name, async () => {
				const seen = await run(stage);
				await noSocketsLeft(stage);
				return seen;
			});
		}
		await stage.stop();
	}
	return memory ? 0 : checks.sum();
}

await runMain(main);
