/**
 * `npm run bench`: how fast this node is, and what that costs, beside n8n's HTTP Request and Compression nodes, curl and
 * aria2c, all in the same run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { installN8n } from '../n8n/install/installN8n.mts';
import { projectRoot } from '../n8n/install/projectRoot.mts';
import { runMain } from '../n8n/process/shutdown.mts';
import { NEWEST_N8N } from '../n8n/install/versions.mts';
import { startSandbox } from '../sandbox/client.mts';
import { speedChart } from './chart.mts';
import { type Contender, CONTENDERS, whyMissing } from './contenders.mts';
import { type N8nForBench, prepareN8n } from './n8nContender.mts';
import { REAL_LINE_NAMES, type RealLineName } from './realLine/lines.mts';
import { measureRealLines, realLinesPage } from './realLine/realLines.mts';
import { whyNoRealLines } from './realLine/requirements.mts';
import { MEASUREMENTS, type Result, type Situation, SITUATIONS, WHOLE_PACKAGE } from './situations.mts';
import { describeMachine, type Machine, page, resultsTable, targetsTable, withSummary } from './table.mts';
import { judge } from './targets.mts';

const { quick, only, contender, realLines, line, log, rounds = quick || log ? 1 : 3 } = new Command('npm run bench --')
	.description('Measures this node and others that do the same work, and writes what it found into docs/bench, where it has measured all of it.')
	.option('--quick', 'small sizes, to see that it works', false)
	.addOption(new Option('--only <situation>', 'only this one').choices(SITUATIONS))
	.addOption(new Option('--contender <name>', 'only this one').choices(CONTENDERS))
	.option('--real-lines', "lines that lose packets and that the kernel's own TCP runs over, instead of all else; as root on Linux", false)
	.addOption(new Option('--line <name>', 'only this real line').choices(REAL_LINE_NAMES).implies({ realLines: true }))
	.option('--rounds <n>', 'runs of each contender over each real line', Number)
	.option('--log', 'show after each run over a real line which request got which range when', false)
	.parse()
	.opts<{
		quick: boolean;
		only?: Situation;
		contender?: Contender;
		realLines: boolean;
		line?: RealLineName;
		rounds?: number;
		log: boolean;
	}>();

const say = (text: string) => console.log(text);
const FOLDER = join('docs', 'bench');

/** What is to be said of a machine that has other things to do; undefined where it has none. */
function whyUnreliable(): string | undefined {
	const [load = 0] = loadavg();
	if (load <= cpus().length / 2) return undefined;
	return `This machine was busy (load ${load.toFixed(1)}, ${cpus().length} cores): the figures are as much about that as about the node.`;
}

/** Measures over real lines. Returns the exit code. */
async function overRealLines(n8n: N8nForBench, machine: Machine, busy: string | undefined): Promise<number> {
	const results = await measureRealLines(n8n, { quick, rounds, line, only: contender, log, report: say });
	say(`\n${resultsTable(results)}`);
	if (quick || line || contender) return 0;
	writeFileSync(join(projectRoot(), FOLDER, 'real-lines.md'), realLinesPage(results, rounds, machine, busy));
	say(`\nWritten to ${FOLDER}.`);
	return 0;
}

/** Measures everywhere else. Returns the exit code. */
async function overModels(n8n: N8nForBench, machine: Machine): Promise<number> {
	const sandbox = await startSandbox({ readyAfterMs: 0 });
	const arena = { sandbox, n8n, within: [], urlOf: async (id: string) => await sandbox.signUrl(id) };
	const results: Result[] = [];
	for (const situation of only ? [only] : SITUATIONS) {
		results.push(...(await MEASUREMENTS[situation](arena, { situation, quick, only: contender, report: say })));
	}

	const targets = judge(results);
	say(`\n${resultsTable(results)}\n\n${targetsTable(targets)}`);
	if (quick || only || contender) return 0;

	const folder = join(projectRoot(), FOLDER);
	const charted = results.filter(({ situation }) => WHOLE_PACKAGE.some((each) => each === situation));
	writeFileSync(join(folder, 'results.json'), `${JSON.stringify({ machine, results, targets }, null, '\t')}\n`);
	writeFileSync(join(folder, 'table.md'), page(results, targets, machine));
	writeFileSync(join(folder, 'bench.svg'), speedChart(charted));
	const summary = join(folder, 'README.md');
	writeFileSync(summary, withSummary(readFileSync(summary, 'utf8'), results));
	say(`\nWritten to ${FOLDER}.`);
	return 0;
}

async function main(): Promise<number> {
	const why = realLines ? await whyNoRealLines(say) : undefined;
	if (why !== undefined) throw new Error(`Real lines are left out: ${why}.`);
	for (const each of CONTENDERS) {
		const whyNot = whyMissing(each);
		if (whyNot) say(`${whyNot}.`);
	}
	const busy = whyUnreliable();
	if (busy) say(busy);
	const installation = await installN8n(NEWEST_N8N, say);
	const machine = describeMachine(installation);
	say(`Building the node, for n8n ${machine.n8n} on Node ${machine.n8nNode}.`);
	const n8n = await prepareN8n(installation);
	return realLines ? await overRealLines(n8n, machine, busy) : await overModels(n8n, machine);
}

await runMain(main);
