/**
 * `npm run test:queue`: n8n in queue mode, with real PostgreSQL and Redis, one main process and two workers. What can be
 * asked of it is in queue.arguments.mjs.
 */
import { rmSync } from 'node:fs';

import { installN8n } from '../n8n/install/installN8n.mts';
import { packNode } from '../n8n/install/packNode.mts';
import { runFolder } from '../n8n/install/projectRoot.mts';
import { runMain } from '../n8n/process/runMain.mts';
import { isStopping } from '../n8n/process/shutdown.mts';
import { NEWEST_N8N } from '../n8n/install/versions.mts';
import { failedDownload } from './failedDownload.mts';
import { gracefulStop } from './gracefulStop.mts';
import { killedWorker, lostMachine } from './killedWorker.mts';
import { measureMemory } from './memory.mts';
import { assertNoSecrets } from './noSecrets.mts';
import { readQueueArguments, type QueueArguments } from './queue.arguments.mjs';
import type { QueueScenario } from './queueScenario.mts';
import { startQueue, startServers } from './queueStage.mts';
import { spread } from './spread.mts';
import { timedOut } from './timedOut.mts';

const noSecrets: QueueScenario = {
	name: 'No key and no signed URL in any log',
	run: async ({ logs, sandbox }) => {
		const text = logs();
		assertNoSecrets('a log', text, sandbox);
		return `${text.split('\n').length} lines`;
	},
};

/** The last one looks at what the others have left. */
const SCENARIOS = [spread, gracefulStop, killedWorker, lostMachine, failedDownload, timedOut, noSecrets];

const say = (line: string) => console.log(line);
const secondsSince = (startedAt: number) => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;

/** Runs what was asked for. Returns the exit code. */
async function main({ binaryModes, only, slowLocks, memory }: QueueArguments): Promise<number> {
	const wanted = SCENARIOS.filter(({ name }) => name.toLowerCase().includes(only));
	const installation = await installN8n(NEWEST_N8N, say);
	const tarball = await packNode(say);
	rmSync(runFolder('queue'), { recursive: true, force: true });
	let passed = 0;
	let failed = 0;

	say(`Starting PostgreSQL, Redis, and n8n ${NEWEST_N8N} as one main process and two workers.`);
	const servers = await startServers(say);
	for (const binaryMode of binaryModes) {
		const startedAt = Date.now();
		const stage = await startQueue(installation, tarball, binaryMode, servers, say, slowLocks ? {} : undefined);
		say(`\nn8n ${NEWEST_N8N}, files in the ${binaryMode} (started in ${secondsSince(startedAt)})`);
		if (memory) {
			await measureMemory(stage, say);
			await stage.stop();
			continue;
		}
		for (const { name, run } of wanted) {
			const begun = Date.now();
			await servers.sandbox.reset();
			try {
				const seen = await run(stage);
				passed++;
				say(`  ✔ ${name} (${secondsSince(begun)}; ${seen})`);
			} catch (error) {
				if (isStopping()) throw error;
				failed++;
				say(`  ✘ ${name} (${secondsSince(begun)})\n${String(error instanceof Error ? error.stack : error).replaceAll(/^/gm, '      ')}`);
			}
		}
		await stage.stop();
	}
	if (!memory) say(`\n${passed} passed, ${failed} failed`);
	return failed === 0 && (memory || passed > 0) ? 0 : 1;
}

await runMain(() => main(readQueueArguments(process.argv.slice(2))));
