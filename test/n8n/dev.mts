/**
 * `npm run dev`: what `n8n-node dev` does, with this project's own n8n: n8n with this node in it, the sandbox beside it, and a
 * compiler that watches. A saved change is in the open editor a moment later.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { sandboxTarget, sayEditorIsOpen, setUpDemo } from './demo/demo.mts';
import { childEnvironment } from './install/npm.mts';
import { projectRoot } from './install/projectRoot.mts';
import { NEWEST_N8N } from './install/versions.mts';
import { startChild } from './process/childProcess.mts';
import { isStopping, runMain } from './process/shutdown.mts';

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

await runMain(async () => {
	const target = await sandboxTarget();
	const own = { folder: `dev-${NEWEST_N8N}`, env: { N8N_DEV_RELOAD: 'true' }, runsAlready: 'npm run dev is running here already' };
	// The node's icons and its place in the node panel are as installed; a change of those takes a new start.
	const demo = await setUpDemo(target, own, say);
	for (const line of target.introduction ?? []) say(line);
	sayEditorIsOpen(demo, say);
	say('What you save in nodes/ or credentials/ is in the editor a moment later. Press Ctrl-C to stop everything.');
	const compiler = watchSources(demo.n8n.userFolder);
	// From here on Ctrl-C is the ordinary way to end.
	process.exitCode = 0;
	const n8nEnded = demo.n8n.exited.then(() => `n8n; the reason may be in its log, ${demo.n8n.logFile}`);
	const ended = await Promise.race([n8nEnded, compiler.exited.then(() => 'the compiler')]);
	if (isStopping()) return 0;
	say(`Ended by itself: ${ended}.`);
	return 1;
});
