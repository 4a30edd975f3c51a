/**
 * `npm run soak`: one n8n, busy with a mix of good and bad for half an hour, every result checked. What can be asked of it
 * is in soak.arguments.mjs.
 */
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { installN8n } from '../n8n/install/installN8n.mts';
import { N8nClient } from '../n8n/instance/n8nClient.mts';
import { installNode, packNode } from '../n8n/install/packNode.mts';
import { runFolder } from '../n8n/install/projectRoot.mts';
import { runMain } from '../n8n/process/runMain.mts';
import { isStopping, stopAtEnd } from '../n8n/process/shutdown.mts';
import { startN8n } from '../n8n/instance/startN8n.mts';
import { until } from '../n8n/process/until.mts';
import { NEWEST_N8N } from '../n8n/install/versions.mts';
import { startSandbox } from '../sandbox/client.mts';
import { nextErrand } from './mixedWork.mts';
import { assertNoSecrets } from './noSecrets.mts';
import { seeded } from './random.mts';
import { type Errands, runErrand } from './runErrand.mts';
import { readSoakArguments, type SoakArguments } from './soak.arguments.mjs';
import { judgeMemory, look, type Sample, TABLE_HEAD, tableRow } from './soakFigures.mts';
import { publishSoakWorkflows } from './soakWorkflows.mts';

const AT_A_TIME = 6;
const SAMPLE_EVERY_MS = 10_000;
const ROWS_IN_TABLE = 15;
const SETTLE_MS = 15_000;
/** Connections of this test to n8n itself, which come and go. */
const OWN_SOCKETS = 2;

const say = (line: string) => console.log(line);

/** Brings up n8n, the sandbox and the workflows. */
async function setUp(): Promise<Errands & { n8n: Awaited<ReturnType<typeof startN8n>> }> {
	const installation = await installN8n(NEWEST_N8N, say);
	const userFolder = runFolder('soak');
	rmSync(userFolder, { recursive: true, force: true });
	await installNode(userFolder, await packNode(say), say);
	const sandbox = await startSandbox({ readyAfterMs: 0 });
	stopAtEnd(() => sandbox.stop());
	const n8n = await startN8n({
		installation,
		userFolder,
		binaryDataMode: 'filesystem',
		env: { N8N_METRICS: 'true' },
		report: say,
	});
	const client = new N8nClient(n8n.url);
	await client.setUpOwner();
	const pixxel = await client.saveCredential({
		name: 'Pixxel account',
		type: 'pixxelApi',
		data: { apiKey: sandbox.keys.valid, authScheme: 'apiKey', baseUrl: sandbox.url },
	});
	const { idOf } = await publishSoakWorkflows(client, pixxel);
	// Right after publishing n8n may not know the webhook yet.
	await until('n8n takes calls', async () => (await fetch(`${n8n.url}/webhook/signedUrl`, { method: 'POST' })).status !== 404, 20_000);
	return { n8n, url: n8n.url, client, sandbox, idOf };
}

/** Works until it is enough. Returns the exit code. */
async function main({ minutes, executions: enough, seed }: SoakArguments): Promise<number> {
	const stage = await setUp();
	const { n8n, client, sandbox } = stage;
	say(`n8n ${NEWEST_N8N}, ${cpus()[0]?.model.trim()}, ${cpus().length} cores; ${AT_A_TIME} executions at a time, seed ${seed}`);

	const random = seeded(seed);
	const kinds = new Map<string, number>();
	const wrong: string[] = [];
	const samples: Sample[] = [];
	const printed = new Set<number>();
	const total = { executions: 0, items: 0 };
	const startedAt = Date.now();
	const isEnough = () => Date.now() - startedAt > minutes * 60_000 || total.executions >= enough || isStopping();

	/** n8n's own database must not be what grows; the files go with their executions. */
	const cleanUp = async (ids: string[]) => void (await client.request('POST', '/executions/delete', { ids }));

	async function work(): Promise<void> {
		while (!isEnough()) {
			const errand = await nextErrand(sandbox, random);
			try {
				await cleanUp([await runErrand(stage, errand)]);
			} catch (error) {
				if (isStopping()) return;
				wrong.push(`${errand.kind}: ${error instanceof Error ? error.message : String(error)}`);
				say(`  ✘ ${wrong.at(-1)}`);
			}
			total.executions++;
			total.items += errand.tasks.length;
			kinds.set(errand.kind, (kinds.get(errand.kind) ?? 0) + 1);
		}
	}

	async function watch(): Promise<void> {
		while (!isEnough()) {
			await sleep(SAMPLE_EVERY_MS);
			const sample = await look(n8n, sandbox, startedAt, total.executions);
			samples.push(sample);
			const row = Math.floor((sample.minutes / minutes) * ROWS_IN_TABLE);
			if (!printed.has(row)) say(tableRow(sample));
			printed.add(row);
		}
	}

	await sleep(SETTLE_MS);
	const before = await look(n8n, sandbox, startedAt, 0);
	say(`\n${TABLE_HEAD}\n${tableRow(before)}`);
	await Promise.all([watch(), ...Array.from({ length: AT_A_TIME }, work)]);
	await sleep(SETTLE_MS);
	const after = await look(n8n, sandbox, startedAt, total.executions);
	say(`${tableRow(after)}\n`);

	for (const [kind, count] of [...kinds].sort(([, one], [, other]) => other - one)) say(`- ${kind}: ${count}`);
	const memory = judgeMemory(samples);
	const noSocketsLeft = after.connections === 0 && after.sockets <= before.sockets + OWN_SOCKETS;
	const checks: Array<[passed: boolean, words: string]> = [
		[wrong.length === 0, `results: ${total.executions} executions with ${total.items} items, ${wrong.length} not as they should be`],
		[memory.isSteady, memory.words],
		[noSocketsLeft, `sockets: ${before.sockets} before, ${after.sockets} after; to the API and storage ${after.connections}`],
	];
	try {
		assertNoSecrets('the log', n8n.log(), sandbox);
		checks.push([true, 'log: no key and no signed URL']);
	} catch (error) {
		checks.push([false, `log: ${error instanceof Error ? error.message : String(error)}`]);
	}
	say('');
	for (const [passed, words] of checks) say(`${passed ? '✔' : '✘'} ${words}`);
	const failed = checks.filter(([passed]) => !passed).length;
	say(`\n${checks.length - failed} passed, ${failed} failed`);
	return failed === 0 ? 0 : 1;
}

await runMain(() => main(readSoakArguments(process.argv.slice(2))));
