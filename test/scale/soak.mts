/**
 * `npm run soak`: one n8n, busy with a mix of everything that goes well and badly, every result checked, its memory and its
 * sockets watched. Linux only, as it reads /proc.
 */
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { Command, InvalidArgumentError } from 'commander';

import { NEWEST_N8N } from '../n8n/install/versions.mts';
import { isStopping, runMain, wordsOf } from '../n8n/process/shutdown.mts';
import { assertNoSecrets } from '../n8n/scenarios/secrets.mts';
import { runErrand, setUpSoak, type SoakStage } from './errands.mts';
import { mixedWork } from './mixedWork.mts';
import { judgeMemory, look, type Sample, TABLE_HEAD, tableRow } from './soakFigures.mts';

const AT_A_TIME = 6;
const SAMPLE_EVERY_MS = 10_000;
const ROWS_IN_TABLE = 15;
const SETTLE_MS = 15_000;
/** Connections of this test to n8n itself, which come and go. */
const OWN_SOCKETS = 2;

function positive(text: string): number {
	if (Number(text) > 0) return Number(text);
	throw new InvalidArgumentError('It needs a number above 0.');
}

const { minutes, seed } = new Command('npm run soak --')
	.description(`Keeps one n8n ${NEWEST_N8N} busy, checks every result, and prints a table in Markdown.`)
	.option('--minutes <n>', 'how long', positive, 30)
	.option('--seed <n>', 'another mix', positive, 1)
	.parse()
	.opts<{ minutes: number; seed: number }>();

const say = (line: string) => console.log(line);

/** What has been done so far. */
const total = { executions: 0, items: 0 };
const kinds = new Map<string, number>();
const wrong: string[] = [];
const samples: Sample[] = [];

/** Runs errands one after the other until it is enough. */
async function work(stage: SoakStage, nextErrand: ReturnType<typeof mixedWork>, isEnough: () => boolean): Promise<void> {
	while (!isEnough()) {
		const errand = await nextErrand();
		try {
			const ids = [await runErrand(stage, errand)];
			// n8n's own database must not be what grows; the files go with their executions.
			await stage.client.request('POST', '/executions/delete', { ids });
		} catch (error) {
			if (isStopping()) return;
			wrong.push(`${errand.kind}: ${wordsOf(error)}`);
			say(`  ✘ ${wrong.at(-1)}`);
		}
		total.executions++;
		total.items += errand.tasks.length;
		kinds.set(errand.kind, (kinds.get(errand.kind) ?? 0) + 1);
	}
}

/** Looks at n8n every now and then until it is enough, and prints some of what it sees. */
async function watch(takeSample: () => Promise<Sample>, isEnough: () => boolean): Promise<void> {
	const printed = new Set<number>();
	while (!isEnough()) {
		await sleep(SAMPLE_EVERY_MS);
		const sample = await takeSample();
		samples.push(sample);
		const row = Math.floor((sample.minutes / minutes) * ROWS_IN_TABLE);
		if (!printed.has(row)) say(tableRow(sample));
		printed.add(row);
	}
}

/** What must hold at the end, and in words what did. */
function verdicts(before: Sample, after: Sample, { n8n, sandbox }: SoakStage): Array<[holds: boolean, words: string]> {
	const noSocketsLeft = after.connections === 0 && after.sockets <= before.sockets + OWN_SOCKETS;
	let secrets = 'no key and no signed URL';
	let hasSecrets = false;
	try {
		assertNoSecrets(n8n.log(), Object.values(sandbox.keys));
	} catch (error) {
		[hasSecrets, secrets] = [true, wordsOf(error)];
	}
	return [
		[wrong.length === 0, `results: ${total.executions} executions with ${total.items} items, ${wrong.length} not as they should be`],
		judgeMemory(samples),
		[noSocketsLeft, `sockets: ${before.sockets} before, ${after.sockets} after; to the API and storage ${after.connections}`],
		[!hasSecrets, `log: ${secrets}`],
	];
}

async function main(): Promise<number> {
	const stage = await setUpSoak(say);
	say(`n8n ${NEWEST_N8N}, ${cpus()[0]?.model.trim()}, ${cpus().length} cores; ${AT_A_TIME} executions at a time, seed ${seed}`);
	const startedAt = Date.now();
	const isEnough = () => Date.now() - startedAt > minutes * 60_000 || isStopping();
	const takeSample = () => look(stage.n8n, stage.sandbox, startedAt, total.executions);

	await sleep(SETTLE_MS);
	const before = await takeSample();
	say(`\n${TABLE_HEAD}\n${tableRow(before)}`);
	const nextErrand = mixedWork(stage.sandbox, seed);
	await Promise.all([watch(takeSample, isEnough), ...Array.from({ length: AT_A_TIME }, () => work(stage, nextErrand, isEnough))]);
	await sleep(SETTLE_MS);
	const after = await takeSample();
	say(`${tableRow(after)}\n`);

	for (const [kind, count] of [...kinds].sort(([, one], [, other]) => other - one)) say(`- ${kind}: ${count}`);
	const checks = verdicts(before, after, stage);
	say('');
	for (const [holds, words] of checks) say(`${holds ? '✔' : '✘'} ${words}`);
	const failed = checks.filter(([holds]) => !holds).length;
	say(`\n${checks.length - failed} passed, ${failed} failed`);
	return failed === 0 ? 0 : 1;
}

await runMain(main);
