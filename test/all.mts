/**
 * `npm test`: everything that can be proved without a running n8n, in the order in which it is cheapest to know. `npm run test:long`: the same at length.
 */
import { delimiter } from 'node:path';

import { Command } from 'commander';

import { installNode24 } from './n8n/install/bundledNode.mts';
import { pathOf, providePrograms } from './n8n/install/programs.mts';
import { projectRoot } from './n8n/install/projectRoot.mts';
import { startChild } from './n8n/process/childProcess.mts';
import { runMain } from './n8n/process/shutdown.mts';

const command = new Command('npm test --')
	.description('Builds, checks and tests all that can be without a running n8n.')
	.option('--long', 'the large and the slow as well, and many drawn cases, others each time (npm run test:long)', false)
	.option('--node24', 'run what moves bytes once more, on Node 24, which npm brings', false)
	.argument('[jest...]', "arguments for Jest, e.g. the name of a test's file")
	.allowUnknownOption()
	.parse();
const { long, node24 } = command.opts<{ long: boolean; node24: boolean }>();
/** What is drawn, SEED tells: so that what was red once can be red again. */
const LONG = { LONG_TESTS: '1', SEED: process.env.SEED ?? String(Date.now() % 2 ** 31) };

type Step = [what: string, command: string, ...rest: string[]];

/** Not again: what is large or slow, what only computes, and what is about fields and words. Streams, sockets and compression differ from one Node to the next. */
const NOT_AGAIN =
	'\\.long\\.|package/|unit/(archive|endsWithParent|fetchEach|folderLock|line/|pollDeadlines|retries|sandbox|selectFiles|words)|' +
	'engine/(areas|description|everyOperation|jobs|otherEvents|pickers|pollWays|refusals|trigger|workflowsAndProjects)';
const AGAIN: Step = ['What moves bytes, on Node 24', 'jest', '--testPathIgnorePatterns', NOT_AGAIN, '--', ...command.args];
/** One after the other; those of one line at the same time. */
const STEPS: Step[][] = [
	[['Build', 'gulp', '--silent']],
	[
		['Types of the product', 'tsc', '--noEmit'],
		['Types of the tests', 'tsc', '-p', 'test'],
		["n8n's linter, in strict mode", 'n8n-node', 'lint'],
		['What imports what, and how large it is', 'eslint', '--config', 'test/architecture.config.mjs', 'nodes', 'credentials', 'test'],
	],
	[['Unit and engine tests', 'jest', ...command.args]],
	...(node24 ? [[AGAIN]] : []),
];

/** Runs one step to its end. Says whether it passed. What it prints is shown as it comes, unless others run beside it. */
async function pass([what, ...line]: Step, env: NodeJS.ProcessEnv, isAlone: boolean): Promise<boolean> {
	const startedAt = Date.now();
	const child = startChild('npx', ['--no-install', ...line], { cwd: projectRoot(), env, stdio: isAlone ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
	let printed = '';
	for (const stream of [child.process.stdout, child.process.stderr]) stream?.on('data', (text: Buffer) => (printed += text.toString()));
	const { code } = await child.exited;
	if (code !== 0) console.error(printed);
	if (code === 0) console.log(`${what}: ${Math.round((Date.now() - startedAt) / 1000)} s`);
	else console.error(`\n"${what}" did not pass. What is above says why.`);
	return code === 0;
}

async function main(): Promise<number> {
	const archivers = () => ['python3', 'zip', 'unzip', '7z'].filter((program) => !pathOf(program));
	await providePrograms('ZIP archives in tests', archivers, ['python3', 'zip', 'unzip', 'p7zip-full'], console.log);
	if (long) console.log(`\nWith SEED=${LONG.SEED}, what is drawn is the same again.`);
	for (const [index, steps] of STEPS.entries()) {
		console.log(`\n[${index + 1}/${STEPS.length}] ${steps.map(([what]) => what).join(' · ')}`);
		const PATH = steps.includes(AGAIN) ? [await installNode24(console.log), process.env.PATH].join(delimiter) : process.env.PATH;
		const passed = await Promise.all(steps.map(async (step) => await pass(step, { ...process.env, ...(long && LONG), PATH }, steps.length === 1)));
		if (passed.includes(false)) return 1;
	}
	return 0;
}

await runMain(main);
