import { createReadStream } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

import type { INode, INodeExecutionData } from 'n8n-workflow';

import type { Credential, Engine } from '../../engine/engine.mts';
import { npm } from '../install/npm.mts';
import { projectRoot, runFolder } from '../install/projectRoot.mts';
import type { Report } from '../process/runCommand.mts';
import { stopAtEnd, wordsOf } from '../process/shutdown.mts';
import { keepSaying } from '../process/until.mts';
import { fingerprint } from '../scenarios/packages.mts';
import { downloadTask } from '../scenarios/workflows.mts';
import type { DemoTarget } from './demo.mts';

/** Where people look for a file. */
const DOWNLOADS = 'downloads';

const bytes = (count: number) => `${count.toLocaleString('en-US')} bytes`;

/** n8n's own engine, which comes with the dependencies of the tests, with this package's build in it. */
async function startEngine({ credential }: DemoTarget): Promise<Engine> {
	const folder = runFolder('node_modules', 'first-result');
	await mkdir(folder, { recursive: true });
	// n8n reads these as it loads.
	Object.assign(process.env, { N8N_USER_FOLDER: folder, N8N_ENCRYPTION_KEY: 'only-for-the-demo', N8N_LOG_LEVEL: 'silent' });
	const { Engine: EngineOfN8n } = await import('../../engine/engine.mts');
	const engine = await EngineOfN8n.start('filesystem', credential.data as unknown as Credential);
	stopAtEnd(() => engine.stop());
	return engine;
}

/**
 * The main job, in n8n's engine: has the node ask for a task's package until it is ready, and fetch it.
 *
 * @returns whether the file that arrived is the one that was served; where nobody says what that was, whether one arrived
 */
export async function showFirstResult(target: DemoTarget, say: Report): Promise<boolean> {
	await npm(['run', '--silent', 'build'], { label: 'Building the node', cwd: projectRoot(), report: say });
	const engine = await startEngine(target);
	const { parameters } = downloadTask({ pixxel: { id: '1', name: '' } }, target.task, target.fields);
	const run = async (more: Record<string, unknown> = {}): Promise<INodeExecutionData[]> =>
		await engine.run({ parameters: { ...parameters, ...more } as INode['parameters'] });

	const { logger } = engine;
	const original = { info: logger.info, warn: logger.warn };
	// What the node tells n8n's log.
	for (const level of ['info', 'warn'] as const) logger[level] = (text) => say(`  ${text}`);
	say('Download Task: the node asks for the package until it is ready, then downloads it.');
	const enough = keepSaying((seconds) => say(`  … ${seconds} s`));
	const outcome = await run().then((items) => ({ items }), (error: Error & { description?: string }) => ({ error })).finally(enough);
	Object.assign(logger, original);
	if ('error' in outcome) {
		say(`✘ ${outcome.error.message}. ${outcome.error.description ?? ''}`);
		return false;
	}
	const [item] = outcome.items;
	const file = item?.binary?.data;
	const stored = engine.pathOf(file);
	const opened = join(projectRoot(), DOWNLOADS, basename(file?.fileName ?? 'package.zip'));
	await mkdir(join(projectRoot(), DOWNLOADS), { recursive: true });
	await copyFile(stored, opened);
	const [arrived, served] = [await fingerprint(createReadStream(opened)), await target.served?.()];

	say('');
	say('What came out of the node:');
	for (const line of JSON.stringify(item?.json, null, 2).split('\n')) say(`  ${line}`);
	say(`  File      ${opened}`);
	say(`  Type      ${file?.mimeType}`);
	say(`  Size      ${bytes(arrived.size)}${served ? `; served ${bytes(served.size)}` : ''}`);
	say(`  SHA-256   ${arrived.sha256}`);
	if (served) say(`   served   ${served.sha256}`);
	say('');
	say('What is in it, by the same node with Output set to List of Files in the Package:');
	await run({ output: 'packageList' }).then(
		(files) => files.forEach(({ json }) => say(describeFile(json.file as { path: string; size: number }))),
		// A package need not be an archive.
		(error) => say(`  ${wordsOf(error)}`),
	);
	say('');
	const isRight = !served || (served.sha256 === arrived.sha256 && served.size === arrived.size);
	if (!isRight) say('✘ They do NOT match: these are not the bytes that were served.');
	else say(served ? '✔ They match: the file is, byte for byte, what the sandbox served.' : '✔ The file arrived. There is nothing to compare its SHA-256 with.');
	return isRight;
}

const describeFile = ({ path, size }: { path: string; size: number }) => `  ${bytes(size).padStart(18)}  ${path}`;
