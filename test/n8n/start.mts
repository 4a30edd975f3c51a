/**
 * `npm start`: first the main job, in the engine that the tests use, with the proof that the file is the right one; then a real
 * n8n with this node in it, for people to try things in.
 */
import { EDITOR_PORT, realTarget, sandboxTarget, sayEditorIsOpen, setUpDemo } from './demo/demo.mts';
import { showFirstResult } from './demo/firstResult.mts';
import { readStartOptions } from './demo/startOptions.mts';
import { isInstalled } from './install/installN8n.mts';
import { isStopping, runMain, stopAtEnd } from './process/shutdown.mts';

const secret = process.env.PIXXEL_API_KEY?.trim();

/** Prints a line. Whatever happens, the user's key is not in it. */
function say(line = ''): void {
	console.log(secret ? line.replaceAll(secret, '•••') : line);
}

await runMain(async () => {
	const { n8nVersion, realApi, once } = readStartOptions();
	if (realApi) {
		say(`Pixxel in n8n, against the REAL Pixxel API at ${realApi.baseUrl}.`);
	} else {
		say('Pixxel in n8n, against a SANDBOX: a double of the Pixxel API on this machine.');
		say('It needs no account, and nothing here comes from a satellite.');
	}
	say();
	const target = realApi ? realTarget(realApi) : await sandboxTarget();
	const isRight = await showFirstResult(target, say);
	if (once || !isRight) return isRight ? 0 : 1;

	say();
	say(`Now n8n ${n8nVersion} itself, with its editor.${isInstalled(n8nVersion) ? '' : ' To install it takes some six minutes and 3.5 GB of disk, this once.'}`);
	say('Ctrl-C ends it at any time. What is above stays, and what is installed by then as well.');
	const runsAlready = `npm start is running here already, with n8n ${n8nVersion}`;
	const demo = await setUpDemo(target, { version: n8nVersion, folder: `editor-${n8nVersion}`, runsAlready }, say);
	const { n8n } = demo;
	stopAtEnd(() => say(realApi ? 'Stopping n8n.' : 'Stopping n8n and the sandbox.'));
	if (n8n.port !== EDITOR_PORT) say(`Port ${EDITOR_PORT} is taken by another program, so n8n is on ${n8n.port}.`);
	say();
	sayEditorIsOpen(demo, say);
	for (const line of target.introduction ?? []) say(line);
	if (realApi) say(`Your key is kept, encrypted by n8n, in ${n8n.userFolder}; delete that folder to be rid of it.`);
	say('Press Ctrl-C to stop everything.');
	// From here on Ctrl-C is the ordinary way to end.
	process.exitCode = 0;
	await n8n.exited;
	if (isStopping()) return 0;
	say(`n8n has ended by itself. The reason may be in its log: ${n8n.logFile}`);
	return 1;
});
