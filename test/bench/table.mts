import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import type { N8nInstallation } from '../n8n/install/installN8n.mts';
import type { Result } from './situations.mts';
import { type Contender, NAMES, versionOfCommand } from './contenders.mts';
import { markdown } from './markdown.mts';
import type { Target } from './targets.mts';

/** The machine that something is measured on. */
export type Machine = ReturnType<typeof describeMachine>;

/** Where and with what something is measured, without a name or an address of this machine. */
export function describeMachine({ release: { version }, node }: N8nInstallation) {
	return {
		date: new Date().toISOString().slice(0, 10),
		cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
		cores: cpus().length,
		memoryGB: Math.round(totalmem() / 1e9),
		system: `${type()} ${release().split('-')[0]}`,
		n8n: version,
		n8nNode: spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().replace(/^v/, ''),
		/** The programs beside n8n, with their versions. */
		others: ['curl', 'aria2c'].flatMap((command) => versionOfCommand(command) ?? []),
	};
}

const time = ({ seconds, stoppedBy }: Result<string>) => `${stoppedBy === undefined ? '' : 'stops at '}${seconds.toFixed(2)} s`;

const growth = ({ memoryGrowthBytes }: Result<string>) => (memoryGrowthBytes === undefined ? '–' : `${(memoryGrowthBytes / 1e6).toFixed(0)} MB`);

/** Where files are taken out of a package, it is memory that bounds. */
const timeAndMemory = (result: Result) =>
	result.situation === 'oneFile' || result.situation.startsWith('allFiles') ? `${time(result)}, ${growth(result)}` : time(result);

function cells(result: Result<string>): string[] {
	const { contender, seconds, bytes, cpuSeconds, stoppedBy } = result;
	// Of a small file, what is fetched beside it takes the time.
	const speed = stoppedBy !== undefined || bytes < 1e6 ? '–' : `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`;
	return [
		stoppedBy === undefined ? NAMES[contender] : `${NAMES[contender]}: “${stoppedBy}”`,
		time(result),
		speed,
		`${cpuSeconds.toFixed(2)} s`,
		growth(result),
	];
}

/** When, where and with what something was measured. */
export function measuredOn({ date, cpu, cores, memoryGB, system, n8n, n8nNode, others }: Machine): string {
	return (
		`Measured ${date} on ${cpu}, ${cores} cores, ${memoryGB} GB of memory, ${system}: n8n ${n8n} on Node ${n8nNode}, ` +
		`${others.join(', ') || 'without curl and aria2c'}`
	);
}

/** What is asked first, of all that was measured: the times, a line each situation, and memory at the largest package. */
function summaryTable(results: Result[]): string {
	const columns: Contender[][] = [['pixxel'], ['httpRequest', 'compression'], ['curl'], ['aria2c4'], ['aria2c16']];
	const rowOf = (about: string, of: Result[], show: (result: Result) => string) => [
		about,
		...columns.map((names) => {
			const result = of.find(({ contender }) => names.includes(contender));
			return result === undefined ? '' : show(result);
		}),
	];
	const titles = [...new Set(results.filter(({ situation }) => situation !== 'memory').map(({ title }) => title))];
	const largest = results.filter(({ situation }) => situation === 'memory').slice(-2);
	return markdown([
		['', ...columns.map(([name]) => NAMES[name as Contender])],
		...titles.map((title) => rowOf(title, results.filter((result) => result.title === title), timeAndMemory)),
		...(largest[0] ? [rowOf(`Growth of memory, ${largest[0].bytes / 2 ** 20} MiB over loopback`, largest, growth)] : []),
	]);
}

export function resultsTable(results: Result<string>[]): string {
	const rows = [['', 'Time', 'Speed', 'Processor time', 'Memory growth']];
	let title = '';
	for (const result of results) {
		if (result.title !== title) {
			title = result.title;
			const ideal = result.idealSeconds === undefined ? '' : ` (ideal: ${result.idealSeconds.toFixed(2)} s)`;
			rows.push([`**${title}**${ideal}`, '', '', '', '']);
		}
		rows.push(cells(result));
	}
	return markdown(rows);
}

export function targetsTable(targets: Target[]): string {
	return markdown([
		['Target', 'Reached', ''],
		...targets.map(({ text, reached, isMet }) => [text, reached, isMet ? 'met' : 'missed']),
	]);
}

/** The page that stands in the documentation. */
export function page(results: Result[], targets: Target[], machine: Machine): string {
	return [
		'<!-- Made by npm run bench: do not edit. -->',
		'',
		'# Speed, beside what you would use instead',
		'',
		resultsTable(results),
		'',
		targetsTable(targets),
		'',
		`${measuredOn(machine)}. The storage ran on the same machine, as a process of its own; where it is far away, the line is a model of one, with handshakes, ` +
			'slow start and a rate: its connections are all alike, and it loses nothing. [Real lines](real-lines.md) have the kernel\'s own TCP. ' +
			'Times are medians where there was more than one run (results.json says how many); memory is the most that any run grew by. ' +
			'The times of this node hold its request to the API; the others got a signed URL.',
		'',
		'Repeat it with `npm run bench`.',
		'',
	].join('\n');
}

/** The page about speed, with the summary as its table. */
export function withSummary(text: string, results: Result[]): string {
	return text.replace(/(# Speed\n.*?\n\n)(\|[^\n]*\n)+/s, (_all, before: string) => `${before}${summaryTable(results)}\n`);
}
