/**
 * `npm run test:n8n`: every scenario and every example workflow in real n8n processes, with the package installed from its
 * tarball as users do.
 */
import { Command, Option } from 'commander';

import { installN8n } from './install/installN8n.mts';
import { packNode } from './install/packNode.mts';
import { n8nRelease, N8N_VERSIONS, NEWEST_N8N } from './install/versions.mts';
import { agents } from './scenarios/agent.mts';
import { cancel } from './scenarios/cancel.mts';
import { DEV, devReloads } from './scenarios/dev.mts';
import { downloads } from './scenarios/downloads.mts';
import { exampleScenarios } from './scenarios/examples.mts';
import { refusals } from './scenarios/refusals.mts';
import { secrets } from './scenarios/secrets.mts';
import { BINARY_MODES, type BinaryMode, logFileOf, type Scenario, setStage, type Setup, type Stage } from './scenarios/stage.mts';
import { slowTrigger, trigger } from './scenarios/trigger.mts';
import { Checks, secondsSince } from './process/checks.mts';
import { isStopping, runMain, stopAtEnd, wordsOf } from './process/shutdown.mts';

const options = new Command('npm run test:n8n --')
	.description(
		'Installs n8n, packs this package and installs it as users do, and runs every scenario and every example workflow in a real n8n ' +
			'process, against a double of the Pixxel API on this machine.',
	)
	.addOption(new Option('--n8n <version...>', 'releases of n8n').choices(N8N_VERSIONS).default([NEWEST_N8N]))
	.option('--all', 'all of them, with files on disk and in memory, as n8n 2 and n8n 1 do by themselves')
	.addOption(new Option('--binary-mode <mode...>', 'where n8n keeps files ("default" is memory): on disk, unless said otherwise').choices(BINARY_MODES))
	.option('--scheduler', 'the trigger once more, polled by n8n’s scheduler; comes with --all')
	.option('--only <text>', 'only scenarios with this text in their name', '')
	.parse()
	.opts<{ n8n: string[]; all?: true; scheduler?: true; binaryMode?: BinaryMode[]; only: string }>();

/** The last one looks at what the others left. */
const SCENARIOS: readonly Scenario[] = [
	...downloads, ...refusals, ...cancel, ...agents, ...trigger, ...(options.all || options.only ? slowTrigger : []), ...exampleScenarios, secrets,
];

const say = (line = '') => console.log(line);
const checks = new Checks(say, 120_000);

const nameOf = ({ binaryMode, hasDurablePolls }: Setup) =>
	`files in ${binaryMode === 'default' ? 'memory' : binaryMode}${hasDurablePolls ? ', polls by its scheduler' : ''}`;

async function runAll(version: string, setup: Setup, tarball: string, scenarios: readonly Scenario[]): Promise<void> {
	const startedAt = Date.now();
	const failedBefore = checks.failed;
	const title = `n8n ${version}, ${nameOf(setup)}`;
	say();
	say(title);
	let stage: Stage | undefined;
	try {
		const installation = await installN8n(version, say);
		stage = await setStage(installation, tarball, setup, say);
		stopAtEnd(stage.stop);
		say(`  n8n is up (${secondsSince(startedAt)})`);
		for (const { name, run } of scenarios) {
			await stage.sandbox.reset();
			await checks.check(name, () => run(stage as Stage));
		}
	} catch (error) {
		if (isStopping()) throw error;
		checks.failed++;
		say(`  ✗ ${title} could not be run: ${wordsOf(error)}`);
	} finally {
		await stage?.stop();
	}
	say(`  ${title}: ${secondsSince(startedAt)}`);
	if (checks.failed > failedBefore) say(`  n8n’s log: ${logFileOf(version, setup)}`);
}

async function main(): Promise<number> {
	const { all, n8n, only, scheduler = all } = options;
	const binaryModes: BinaryMode[] = options.binaryMode ?? (all ? ['filesystem', 'default'] : ['filesystem']);
	const isWanted = (name: string) => name.toLowerCase().includes(only.toLowerCase());
	const scenarios = SCENARIOS.filter(({ name }) => isWanted(name));
	const tarball = await packNode(say);
	for (const version of scenarios.length === 0 ? [] : all ? N8N_VERSIONS : n8n) {
		for (const binaryMode of binaryModes) await runAll(version, { binaryMode }, tarball, scenarios);
		const polls = scheduler && n8nRelease(version).hasDurablePolls ? [...trigger, ...slowTrigger].filter(({ name }) => isWanted(name)) : [];
		if (polls.length > 0) await runAll(version, { binaryMode: 'filesystem', hasDurablePolls: true }, tarball, polls);
	}
	if (isWanted(DEV) && (all || only)) {
		say();
		await checks.check(DEV, async () => await devReloads(await installN8n(NEWEST_N8N, say)), 300_000);
	}
	return checks.sum();
}

await runMain(main);
