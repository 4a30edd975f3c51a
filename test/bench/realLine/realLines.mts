import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '../../n8n/process/runCommand.mts';
import { takeFolder } from '../../n8n/process/temporaryFolder.mts';
import { startSandbox } from '../../sandbox/client.mts';
import { type Arena, type Contender, fetchOnce, MEASURED, WARM_UP } from '../contenders.mts';
import type { Figures, N8nForBench } from '../n8nContender.mts';
import { compete, type Result } from '../situations.mts';
import { type Machine, measuredOn, resultsTable } from '../table.mts';
import { QUEUE_MS, REAL_LINE_NAMES, REAL_LINES, type RealLine, type RealLineName, wordsOf } from './lines.mts';
import { LineEnds } from './realLine.mts';
import { whyNoLine } from './requirements.mts';
import { requestsTable } from './serverLog.mts';

const MIB = 1024 * 1024;
const PACKAGE = 'package.zip';
/** Until the server knows of a connection that its client has closed, and has written that down. */
const LOG_SETTLES_MS = 1_000;

/** What is asked for. */
export interface RealLinesExtent {
	quick: boolean;
	rounds: number;
	/** Only this line. */
	line?: RealLineName;
	/** Only this contender. */
	only?: Contender;
	/** Shows after each run who got which range when. */
	log: boolean;
	report: Report;
}

/** The ends of a line, and contenders at one of them. The API is at the same end, and costs next to nothing. */
async function prepareArena(n8n: N8nForBench, bytes: number): Promise<{ arena: Arena; ends: LineEnds }> {
	const ends = await LineEnds.prepare(takeFolder('line'));
	const sandbox = await startSandbox({ within: ends.near });
	const links = new Map([
		[MEASURED.taskId, ends.serve(PACKAGE, bytes)],
		[WARM_UP.taskId, ends.serve('small.zip', MIB)],
	]);
	for (const [id, signed_url] of links) await sandbox.script({ path: id }, { body: { id, status: 'ready', signed_url }, repeat: true });
	return { ends, arena: { sandbox, n8n, within: ends.near, urlOf: async (id) => links.get(id) ?? '' } };
}

/** Has a contender fetch the package once; where that is asked for, shows what the server has written down meanwhile. */
async function fetchLogged(arena: Arena, ends: LineEnds, contender: Contender, bytes: number, { log, report }: RealLinesExtent): Promise<Figures> {
	if (log) writeFileSync(ends.log, '');
	const figures = await fetchOnce(arena, contender, bytes);
	if (log) {
		await sleep(LOG_SETTLES_MS);
		report(`\n${requestsTable(readFileSync(ends.log, 'utf8'), `/${PACKAGE}`)}\n`);
	}
	return figures;
}

/** Measures contenders over lines that the kernel's own TCP runs over. */
export async function measureRealLines(n8n: N8nForBench, extent: RealLinesExtent): Promise<Result<RealLineName>[]> {
	const { quick, rounds, only, report } = extent;
	const bytes = (quick ? 16 : 128) * MIB;
	const { arena, ends } = await prepareArena(n8n, bytes);
	const results: Result<RealLineName>[] = [];
	for (const name of extent.line ? [extent.line] : REAL_LINE_NAMES) {
		const line: RealLine = REAL_LINES[name];
		const title = `${bytes / MIB} MiB, ${wordsOf(line)}`;
		const why = whyNoLine(line);
		if (why !== undefined) {
			report(`  ${title}: left out, ${why}.`);
			continue;
		}
		await ends.connect(line);
		const contenders = (['pixxel', 'aria2c4', 'aria2c16', 'curl'] as const).filter((each) => each === only || each !== 'curl' || !line.slowAlone);
		const run = async (contender: Contender) => await fetchLogged(arena, ends, contender, bytes, extent);
		results.push(...(await compete({ situation: name, only, report }, contenders, rounds, { title, bytes }, run)));
		report(`  ${await ends.disconnect()}`);
	}
	return results;
}

/** The page that stands in the documentation. */
export function realLinesPage(results: Result<RealLineName>[], rounds: number, machine: Machine, busy: string | undefined): string {
	return [
		'<!-- Made by npm run bench -- --real-lines: do not edit. -->',
		'',
		"# Speed over lines with the kernel's own TCP",
		'',
		resultsTable(results),
		'',
		'In the [other table](table.md), storage that is far away is at the end of a *model* of a line: handshakes, slow start and a rate are computed, and ' +
			"all connections are alike. Here, the kernel's own TCP runs over each line, between two network namespaces of one machine, and a real nginx is at " +
			`the other end. Packets are delayed; those that come faster than the line's rate wait in a queue of ${QUEUE_MS} ms, and are dropped where it is full; ` +
			'and of what the server sends, the named share gets lost at random. So connections differ, and change by the second. No TLS is spoken. ' +
			'curl is left out where one stream takes minutes.',
		'',
		`${measuredOn(machine)}. ${rounds === 1 ? 'Each was measured once' : `Times are medians of ${rounds} runs`}.${busy ? ` ${busy}` : ''}`,
		'',
		'Repeat it with `npm run bench -- --real-lines`. With `--line lossy100 --contender pixxel --log`, it measures one, and shows which request got which range when.',
		'',
	].join('\n');
}
