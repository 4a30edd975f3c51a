/**
 * `npm run dev`: what `n8n-node dev` does, with this project's own n8n: n8n with this node in it, the sandbox beside it, and a
 * compiler that watches. A saved change is in the open editor a moment later.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { sandboxTarget } from './demo/demoTarget.mts';
import { demoWorkflow } from './demo/demoWorkflow.mts';
import { holdLock } from './install/folderLock.mts';
import { installN8n } from './install/installN8n.mts';
import { childEnvironment } from './install/npm.mts';
import { installNode, packNode } from './install/packNode.mts';
import { n8nUserFolder, projectRoot } from './install/projectRoot.mts';
import { NEWEST_N8N } from './install/versions.mts';
import { N8nClient, OWNER } from './instance/n8nClient.mts';
import { startN8n } from './instance/startN8n.mts';
import { startChild } from './process/childProcess.mts';
import { runMain } from './process/runMain.mts';
import { isStopping } from './process/shutdown.mts';

const EDITOR_PORT = 5678;

const say = (line = '') => console.log(line);

/** Compiles each change to where n8n has the node installed. `tsc` prints what does not compile. */
function watchSources(userFolder: string) {
	const tsc = createRequire(join(projectRoot(), 'package.json')).resolve('typescript/bin/tsc');
	const installed = join(userFolder, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-pixxel', 'dist');
	return startChild(process.execPath, [tsc, '--watch', '--preserveWatchOutput', '--outDir', installed], {
		cwd: projectRoot(),
		env: childEnvironment(),
		stdio: ['ignore', 'inherit', 'inherit'],
	});
}

async function main(): Promise<number> {
	const userFolder = n8nUserFolder(`dev-${NEWEST_N8N}`);
	const owner = holdLock(`${userFolder}.lock`);
	if (owner !== undefined) throw new Error(`npm run dev is running here already (process ${owner}). Stop it first, with Ctrl-C in its terminal.`);
	const installation = await installN8n(NEWEST_N8N, say);
	// Its icons and its place in the node panel come with it; a change of those takes a new start.
	await installNode(userFolder, await packNode(say), say);
	const target = await sandboxTarget();
	const server = await startN8n({ installation, userFolder, preferredPort: EDITOR_PORT, env: { N8N_DEV_RELOAD: 'true' }, report: say });
	const client = await N8nClient.signIn(server);
	const credential = await client.saveCredential(target.credential);
	const workflow = await client.saveWorkflow(await demoWorkflow(client, target.workflowName, target.task, credential, target.options));
	for (const line of target.introduction ?? []) say(line);
	say(`The editor is open:  ${server.url}/workflow/${workflow.id}`);
	say(`         Sign in as  ${OWNER.email}`);
	say(`           Password  ${OWNER.password}`);
	say(`          n8n's log  ${server.logFile}`);
	say('What you save in nodes/ or credentials/ is in the editor a moment later. Press Ctrl-C to stop everything.');
	const compiler = watchSources(userFolder);
	// From here on Ctrl-C is the ordinary way to end.
	process.exitCode = 0;
	const ended = await Promise.race([server.exited.then(() => `n8n; the reason may be in its log, ${server.logFile}`), compiler.exited.then(() => 'the compiler')]);
	if (isStopping()) return 0;
	say(`Ended by itself: ${ended}.`);
	return 1;
}

await runMain(main);
