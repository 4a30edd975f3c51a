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
import { prepareN8n } from './n8nContender.mts';
import { MEASUREMENTS, type Result, type Situation, SITUATIONS, WHOLE_PACKAGE } from './situations.mts';
import { describeMachine, page, resultsTable, targetsTable, withSummary } from './table.mts';
import { judge } from './targets.mts';

const { quick, only, contender } = new Command('npm run bench --')
	.description('Measures this node and others that do the same work, and writes what it found into docs/bench and the README, where it has measured all of it.')
	.option('--quick', 'small sizes, to see that it works', false)
	.addOption(new Option('--only <situation>', 'only this one').choices(SITUATIONS))
	.addOption(new Option('--contender <name>', 'only this one').choices(CONTENDERS))
	.parse()
	.opts<{ quick: boolean; only?: Situation; contender?: Contender }>();

const say = (line: string) => console.log(line);

async function main(): Promise<number> {
	for (const each of CONTENDERS) {
		const why = whyMissing(each);
		if (why) say(`${why}.`);
	}
	const [load = 0] = loadavg();
	if (load > cpus().length / 2) {
		say(`This machine is busy (load ${load.toFixed(1)}, ${cpus().length} cores): what follows is as much about that as about the node.`);
	}
	const installation = await installN8n(NEWEST_N8N, say);
	const machine = describeMachine(installation);
	say(`Building the node, for n8n ${machine.n8n} on Node ${machine.n8nNode}.`);
	const n8n = await prepareN8n(installation);
	const sandbox = await startSandbox({ readyAfterMs: 0 });

	const results: Result[] = [];
	for (const situation of only ? [only] : SITUATIONS) {
		results.push(...(await MEASUREMENTS[situation]({ sandbox, n8n }, { situation, quick, only: contender, report: say })));
	}

	const targets = judge(results);
	say(`\n${resultsTable(results)}\n\n${targetsTable(targets)}`);
	if (quick || only || contender) return 0;

	const folder = join(projectRoot(), 'docs', 'bench');
	const charted = results.filter(({ situation }) => WHOLE_PACKAGE.some((each) => each === situation));
	writeFileSync(join(folder, 'results.json'), `${JSON.stringify({ machine, results, targets }, null, '\t')}\n`);
	writeFileSync(join(folder, 'table.md'), page(results, targets, machine));
	writeFileSync(join(folder, 'bench.svg'), speedChart(charted));
	const readme = join(projectRoot(), 'README.md');
	writeFileSync(readme, withSummary(readFileSync(readme, 'utf8'), results));
	say(`\nWritten to ${join('docs', 'bench')}, and the summary into the README.`);
	return 0;
}

await runMain(main);
