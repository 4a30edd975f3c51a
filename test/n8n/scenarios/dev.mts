import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { npmCommand } from '../../npm.mjs';
import { childEnvironment } from '../install/npm.mts';
import { SOURCES } from '../install/packNode.mts';
import { projectRoot } from '../install/projectRoot.mts';
import type { N8nInstallation } from '../install/installN8n.mts';
import { N8nClient } from '../instance/n8nClient.mts';
import { type Child, startChild } from '../process/childProcess.mts';
import { lastLines } from '../process/runCommand.mts';
import { until } from '../process/until.mts';

const STARTED_WITHIN_MS = 180_000;
const SEEN_WITHIN_MS = 30_000;
/** The list of all nodes is 15 MB. */
const LOOK_EVERY_MS = 500;

/** As much of the checkout as `npm run dev` takes, so that nobody's own files are changed; n8n and the dependencies are lent to it. */
function copyCheckout(into: string, installation: N8nInstallation): void {
	for (const source of [...SOURCES, 'package-lock.json', 'test']) cpSync(join(projectRoot(), source), join(into, source), { recursive: true });
	symlinkSync(join(projectRoot(), 'node_modules'), join(into, 'node_modules'), 'junction');
	mkdirSync(join(into, '.n8n-run'));
	symlinkSync(installation.folder, join(into, '.n8n-run', `n8n-${installation.release.version}`), 'junction');
}

/** Starts `npm run dev`. Answers what it has printed so far. */
function startDev(folder: string): { child: Child; output: () => string } {
	const { command, prefix, shell } = npmCommand();
	const child = startChild(command, [...prefix, 'run', 'dev'], { cwd: folder, env: childEnvironment(), shell, stdio: ['ignore', 'pipe', 'pipe'] });
	let printed = '';
	for (const stream of [child.process.stdout, child.process.stderr]) stream?.on('data', (text: Buffer) => (printed += text.toString()));
	return { child, output: () => printed };
}

export const DEV = 'npm run dev: what is saved is in the running n8n a moment later';

/** Throws unless `npm run dev` starts, and what is then saved is in its n8n a moment later. Answers how long that took. */
export async function devReloads(installation: N8nInstallation): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), 'pixxel-dev-'));
	copyCheckout(folder, installation);
	const { child, output } = startDev(folder);
	try {
		let ended = false;
		child.exited.finally(() => (ended = true)).catch(() => {});
		const editorAndCompiler = async () => {
			assert.ok(!ended, `it has ended:\n${lastLines(output())}`);
			return output().includes('Watching for file changes') && /open: +(http:\/\/[^/]+)\/workflow/.exec(output())?.[1];
		};
		const url = await until('the editor is open, and the compiler watches', editorAndCompiler, STARTED_WITHIN_MS);
		const client = await N8nClient.signIn({ url });
		const description = async () => {
			// While n8n writes its list of nodes anew, what it answers with is the beginning of one.
			const types = await client.nodeTypes().catch(() => []);
			return types.find(({ name }) => name === 'n8n-nodes-pixxel.pixxel')?.description;
		};

		const source = join(folder, 'nodes', 'Pixxel', 'Pixxel.node.ts');
		const before = await until('n8n knows the node', description, SEEN_WITHIN_MS, LOOK_EVERY_MS);
		const after = `${before}, as it was just changed`;
		writeFileSync(source, readFileSync(source, 'utf8').replace(before, after));
		const savedAt = Date.now();
		await until('n8n shows what was saved', async () => (await description()) === after, SEEN_WITHIN_MS, LOOK_EVERY_MS);
		return `seen ${((Date.now() - savedAt) / 1_000).toFixed(1)} s after it was saved`;
	} finally {
		await child.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}
