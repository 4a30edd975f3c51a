/**
 * `npm run dev`: what `n8n-node dev` does, with this project's own n8n: n8n with this node in it, the sandbox beside it, and a
 * compiler that watches. A saved change is in the open editor a moment later.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { Command } from 'commander';

import { sandboxTarget, sayEditorIsOpen, setUpDemo } from './demo/demo.mts';
import { childEnvironment } from './install/npm.mts';
import { projectRoot } from './install/projectRoot.mts';
import { NEWEST_N8N } from './install/versions.mts';
import { type Child, startChild } from './process/childProcess.mts';
import { isStopping, runMain } from './process/shutdown.mts';

new Command('npm run dev --')
	.description('Starts n8n with this node in it and the sandbox beside it; what is saved in nodes/ or credentials/ is in the open editor a moment later.')
	.parse();

const say = (line = '') => console.log(line);

/** What `tsc --watch` prints each time it is done. */
const COMPILED = 'Watching for file changes';

/**
 * Compiles each change to where n8n has the node installed. `tsc` prints what does not compile. It begins with all files; n8n,
 * which would load the node anew at each of them, and may load half of it in the end, is better started after that.
 */
async function watchSources(userFolder: string): Promise<Child> {
	say('Compiling the node.');
	const tsc = createRequire(join(projectRoot(), 'package.json')).resolve('typescript/bin/tsc');
	const installed = join(userFolder, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-pixxel', 'dist');
	const compiler = startChild(process.execPath, [tsc, '--watch', '--preserveWatchOutput', '--outDir', installed], {
		cwd: projectRoot(),
		env: childEnvironment(),
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	compiler.process.stdout?.pipe(process.stdout);
	const compiled = new Promise<void>((resolve) => {
		compiler.process.stdout?.on('data', (text: Buffer) => text.includes(COMPILED) && resolve());
	});
	await Promise.race([compiled, compiler.exited.then(() => Promise.reject(new Error('The compiler has ended: see above.')))]);
	return compiler;
}

await runMain(async () => {
	const target = await sandboxTarget();
	let compiler: Child | undefined;
	const own = {
		folder: `dev-${NEWEST_N8N}`,
		env: { N8N_DEV_RELOAD: 'true' },
		runsAlready: 'npm run dev is running here already',
		beforeStart: async (userFolder: string) => {
			compiler = await watchSources(userFolder);
		},
	};
	// The node's icons and its place in the node panel are as installed; a change of those takes a new start.
	const demo = await setUpDemo(target, own, say);
	for (const line of target.introduction ?? []) say(line);
	sayEditorIsOpen(demo, say);
	say('What you save in nodes/ or credentials/ is in the editor a moment later. Press Ctrl-C to stop everything.');
	// From here on Ctrl-C is the ordinary way to end.
	process.exitCode = 0;
	const n8nEnded = demo.n8n.exited.then(() => `n8n; the reason may be in its log, ${demo.n8n.logFile}`);
	const ended = await Promise.race([n8nEnded, compiler?.exited.then(() => 'the compiler')]);
	if (isStopping()) return 0;
	say(`Ended by itself: ${ended}.`);
	return 1;
});
