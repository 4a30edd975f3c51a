/**
 * `npm run soak`: one n8n, busy with a mix of everything that goes well and badly, every result checked, its memory and its
 * sockets watched. Linux only, as it reads /proc.
 */
import assert from 'node:assert/strict';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { Command, InvalidArgumentError } from 'commander';
import { interquartileRange, median, min } from 'simple-statistics';

import { NEWEST_N8N } from '../n8n/install/versions.mts';
import { Checks } from '../n8n/process/checks.mts';
import { memoryOf, openSockets } from '../n8n/process/procFigures.mts';
import { isStopping, runMain, wordsOf } from '../n8n/process/shutdown.mts';
import { assertNoSecrets } from '../n8n/scenarios/secrets.mts';
import { runErrand, setUpSoak, type SoakStage } from './errands.mts';
import { mixedWork } from './mixedWork.mts';

const MIB = 1024 * 1024;
const AT_A_TIME = 6;
const SAMPLE_EVERY_MS = 10_000;
const ROWS_IN_TABLE = 15;
/** Of less, a fifth has too few samples: they tell when n8n last collected its garbage, and not what is left. */
const MEMORY_JUDGED_FROM_MINUTES = 10;
const SETTLE_MS = 15_000;
/** Connections of this test to n8n itself, which come and go. */
const OWN_SOCKETS = 2;

function positive(text: string): number {
	if (Number(text) > 0) return Number(text);
	throw new InvalidArgumentError('It needs a number above 0.');
}

const { minutes, seed } = new Command('npm run soak --')
	.description(`Keeps one n8n ${NEWEST_N8N} busy, checks every result, and prints a table in Markdown.`)
	.option('--minutes <n>', `how long; memory is judged from ${MEMORY_JUDGED_FROM_MINUTES} on`, positive, 30)
	.option('--seed <n>', 'another mix', positive, 1)
	.parse()
	.opts<{ minutes: number; seed: number }>();

const say = (line: string) => console.log(line);

/** One look at n8n. */
interface Sample {
	minutes: number;
	executions: number;
	rssMib: number;
	/** JavaScript objects, dead ones that were not collected yet included. */
	heapMib: number;
	/** All of n8n's sockets: its own server, and those of the calls that this test makes. */
	sockets: number;
	/** Connections to the API and to storage. */
	connections: number;
}

/** Looks at n8n from outside: /proc, its metrics, and the other end of its connections. */
async function look({ n8n, sandbox }: SoakStage, startedAt: number): Promise<Sample> {
	const metrics = await (await fetch(`${n8n.url}/metrics`)).text();
	return {
		minutes: (Date.now() - startedAt) / 60_000,
		executions: total.executions,
		rssMib: memoryOf(n8n.pid, 'VmRSS') / MIB,
		heapMib: Number(/^\w*nodejs_heap_size_used_bytes (\S+)/m.exec(metrics)?.[1]) / MIB,
		sockets: openSockets(n8n.pid),
		connections: (await sandbox.state()).openSockets,
	};
}

const TABLE_HEAD = '| minutes | executions | RSS (MiB) | heap (MiB) | sockets of n8n | connections to the API and storage |\n|---|---|---|---|---|---|';

function tableRow({ minutes, executions, rssMib, heapMib, sockets, connections }: Sample): string {
	return `| ${minutes.toFixed(1)} | ${executions} | ${rssMib.toFixed(0)} | ${heapMib.toFixed(0)} | ${sockets} | ${connections} |`;
}

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
	const samplesInRow = Math.ceil((minutes * 60_000) / SAMPLE_EVERY_MS / ROWS_IN_TABLE);
	while (!isEnough()) {
		await sleep(SAMPLE_EVERY_MS);
		const sample = await takeSample();
		if (samples.push(sample) % samplesInRow === 0) say(tableRow(sample));
	}
}

/** The samples of one fifth of the time, counted from 0. */
function fifth(samples: Sample[], which: number): Sample[] {
	return samples.slice(Math.floor((which * samples.length) / 5), Math.floor(((which + 1) * samples.length) / 5));
}

/** A tenth more is less than what n8n's memory goes up and down by in a minute. */
const NOISE_SHARE = 0.1;

/**
 * How memory went. Throws unless it is steady. The first fifth is warm-up: n8n loads what it needs, and the heap finds its size.
 * Growth is what the last fifth has more than the second: in the median of the memory, which a single large file does not move,
 * and in the smallest heap, which is what is left right after a collection. Noise is what the second fifth itself went up and
 * down by (the middle half of its samples), and at least a tenth.
 */
function judgeMemory(samples: Sample[]): string {
	const [early, late] = [fifth(samples, 1), fifth(samples, 4)];
	const rss = (of: Sample[]) => of.map(({ rssMib }) => rssMib);
	const smallestHeap = (of: Sample[]) => min(of.map(({ heapMib }) => heapMib));
	const [rssEarly, rssLate, heapEarly, heapLate] = [median(rss(early)), median(rss(late)), smallestHeap(early), smallestHeap(late)];
	const noise = Math.max(interquartileRange(rss(early)), NOISE_SHARE * rssEarly);
	const words =
		`median ${rssEarly.toFixed(0)} MiB in the second fifth, ${rssLate.toFixed(0)} MiB in the last (noise ${noise.toFixed(0)} MiB); ` +
		`smallest heap ${heapEarly.toFixed(0)} MiB, then ${heapLate.toFixed(0)} MiB`;
	assert.ok(rssLate <= rssEarly + noise && heapLate <= heapEarly * (1 + NOISE_SHARE), words);
	return words;
}

/** What must hold at the end. Returns the exit code. */
async function judge(before: Sample, after: Sample, { n8n, sandbox }: SoakStage): Promise<number> {
	const checks = new Checks(say, SETTLE_MS);
	await checks.check('Results', async () => {
		const words = `${total.executions} executions with ${total.items} items, ${wrong.length} not as they should be`;
		assert.equal(wrong.length, 0, words);
		return words;
	});
	if (minutes >= MEMORY_JUDGED_FROM_MINUTES) await checks.check('Memory is steady', async () => judgeMemory(samples));
	else say(`  – Memory is judged from ${MEMORY_JUDGED_FROM_MINUTES} minutes on, and was not in this run`);
	await checks.check('No socket is left', async () => {
		const words = `${before.sockets} before, ${after.sockets} after; to the API and storage ${after.connections}`;
		assert.ok(after.connections === 0 && after.sockets <= before.sockets + OWN_SOCKETS, words);
		return words;
	});
	await checks.check('No key and no signed URL in the log', async () => assertNoSecrets(n8n.log(), Object.values(sandbox.keys)));
	return checks.sum();
}

async function main(): Promise<number> {
	const stage = await setUpSoak(say);
	say(`n8n ${NEWEST_N8N}, ${cpus()[0]?.model.trim()}, ${cpus().length} cores; ${AT_A_TIME} executions at a time, seed ${seed}`);
	const startedAt = Date.now();
	const isEnough = () => Date.now() - startedAt > minutes * 60_000 || isStopping();
	const takeSample = () => look(stage, startedAt);

	await sleep(SETTLE_MS);
	const before = await takeSample();
	say(`\n${TABLE_HEAD}\n${tableRow(before)}`);
	const nextErrand = mixedWork(stage.sandbox, seed);
	await Promise.all([watch(takeSample, isEnough), ...Array.from({ length: AT_A_TIME }, () => work(stage, nextErrand, isEnough))]);
	await sleep(SETTLE_MS);
	const after = await takeSample();
	say(`${tableRow(after)}\n`);

	for (const [kind, count] of [...kinds].sort(([, one], [, other]) => other - one)) say(`- ${kind}: ${count}`);
	say('');
	return await judge(before, after, stage);
}

await runMain(main);
