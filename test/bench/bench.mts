/**
 * `npm run bench`: how fast this node is, and what that costs, beside n8n's HTTP Request and Compression nodes, curl and
 * aria2c, all in the same run. Writes what it found into docs/bench.
 *
 *   --quick             small sizes, to see that it works; writes nothing
 *   --only <name>       loopback, far30, far100, far200, far400, shared, oneFile, allFiles, items or memory; writes nothing
 *   --contender <name>  only this one, e.g. pixxel; writes nothing
 *   --n8n <version>
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installN8n } from '../n8n/install/installN8n.mts';
import { projectRoot } from '../n8n/install/projectRoot.mts';
import { runMain } from '../n8n/process/runMain.mts';
import { stopAtEnd } from '../n8n/process/shutdown.mts';
import { NEWEST_N8N } from '../n8n/install/versions.mts';
import { startSandbox } from '../sandbox/client.mts';
import { speedChart } from './chart.mts';
import type { Result } from './competition.mts';
import { CONTENDERS, whyMissing } from './contenders.mts';
import { describeMachine } from './machine.mts';
import { prepareN8n } from './n8nContender.mts';
import { isWholePackage, MEASUREMENTS, SITUATIONS } from './situations.mts';
import { page, resultsTable, targetsTable } from './table.mts';
import { judge } from './targets.mts';

const say = (line = '') => console.log(line);

async function main(): Promise<number> {
	const { values } = parseArgs({
		options: {
			quick: { type: 'boolean', default: false },
			only: { type: 'string' },
			contender: { type: 'string' },
			n8n: { type: 'string', default: NEWEST_N8N },
		},
	});
	const { quick, only } = values;
	const chosen = SITUATIONS.filter((name) => only === undefined || name === only);
	if (chosen.length === 0) throw new Error(`--only takes one of: ${SITUATIONS.join(', ')}`);

	const contender = CONTENDERS.find((name) => name === values.contender);
	if (values.contender !== undefined && contender === undefined) throw new Error(`--contender takes one of: ${CONTENDERS.join(', ')}`);

	for (const each of CONTENDERS) {
		const why = whyMissing(each);
		if (why) say(`${why}.`);
	}
	const [load = 0] = loadavg();
	if (load > cpus().length / 2) {
		say(`This machine is busy (load ${load.toFixed(1)}, ${cpus().length} cores): what follows is as much about that as about the node.`);
	}
	const installation = await installN8n(values.n8n, say);
	const machine = describeMachine(installation);
	say(`Building the node, for n8n ${machine.n8n} on Node ${machine.n8nNode}.`);
	const n8n = await prepareN8n(installation);
	const sandbox = await startSandbox({ readyAfterMs: 0 });
	stopAtEnd(() => sandbox.stop());

	const results: Result[] = [];
	for (const name of chosen) results.push(...(await MEASUREMENTS[name]({ sandbox, n8n }, { quick, only: contender, report: say })));

	const targets = judge(results);
	say();
	say(resultsTable(results));
	say();
	say(targetsTable(targets));
	if (quick || only || contender) return 0;

	const folder = join(projectRoot(), 'docs', 'bench');
	mkdirSync(folder, { recursive: true });
	const charted = results.filter(({ situation }) => isWholePackage(situation));
	writeFileSync(join(folder, 'results.json'), `${JSON.stringify({ machine, results, targets }, null, '\t')}\n`);
	writeFileSync(join(folder, 'table.md'), page(results, targets, machine));
	writeFileSync(join(folder, 'bench.svg'), speedChart(charted));
	say(`\nWritten to ${join('docs', 'bench')}.`);
	return 0;
}

await runMain(main);
