/**
 * `npm start`: a real n8n with this node in it, one run of a workflow that downloads a package, and the proof that the file
 * is the right one.
 */
import { type Demo, EDITOR_PORT, realTarget, sandboxTarget, sayEditorIsOpen, setUpDemo } from './demo/demo.mts';
import { showResult } from './demo/showResult.mts';
import { readStartOptions, type StartOptions } from './demo/startOptions.mts';
import { isStopping, runMain, stopAtEnd } from './process/shutdown.mts';
import { keepSaying } from './process/until.mts';

const secret = process.env.PIXXEL_API_KEY?.trim();

/** Prints a line. Whatever happens, the user's key is not in it. */
function say(line = ''): void {
	console.log(secret ? line.replaceAll(secret, '•••') : line);
}

/** Runs the demo, and leaves n8n running. Says whether the file that arrived is the one that was served. */
async function runDemo({ n8nVersion, realApi, once }: StartOptions): Promise<Demo & { isRight: boolean }> {
	if (realApi) {
		say(`Pixxel in n8n, against the REAL Pixxel API at ${realApi.baseUrl}.`);
	} else {
		say('Pixxel in n8n, against a SANDBOX: a double of the Pixxel API on this machine.');
		say('It needs no account, and nothing here comes from a satellite.');
	}
	say();

	const target = realApi ? realTarget(realApi, once) : await sandboxTarget();
	const runsAlready = `npm start is running here already, with n8n ${n8nVersion}`;
	const demo = await setUpDemo(target, { version: n8nVersion, folder: `editor-${n8nVersion}`, runsAlready }, say);
	const { n8n, client, credentialId, workflowId } = demo;
	stopAtEnd(() => say(realApi ? 'Stopping n8n.' : 'Stopping n8n and the sandbox.'));
	if (n8n.port !== EDITOR_PORT) say(`Port ${EDITOR_PORT} is taken by another program, so n8n is on ${n8n.port}.`);

	for (const line of target.introduction ?? []) say(line);
	const test = await client.testCredential(credentialId, target.credential);
	say(`The credential's Test button says: ${test.message}`);
	say('Running the workflow: the node asks for the package until it is ready, then downloads it.');
	const enough = keepSaying((seconds) => say(`  … running for ${seconds} s`));
	const run = client.runWorkflow(workflowId).then((id) => client.waitForExecution(id, target.timeoutMs));
	const execution = await run.finally(enough);
	say();
	const isRight = await showResult(client, execution, target.served, say);
	say();
	return { ...demo, isRight };
}

await runMain(async () => {
	const options = readStartOptions();
	const demo = await runDemo(options);
	const { n8n, isRight } = demo;
	const exitCode = isRight ? 0 : 1;
	if (options.once) return exitCode;

	sayEditorIsOpen(demo, say);
	if (options.realApi) say(`Your key is kept, encrypted by n8n, in ${n8n.userFolder}; delete that folder to be rid of it.`);
	say('Press Ctrl-C to stop everything.');
	// From here on Ctrl-C is the ordinary way to end, so what the run brought decides the exit code.
	process.exitCode = exitCode;
	await n8n.exited;
	if (isStopping()) return exitCode;
	say(`n8n has ended by itself. The reason may be in its log: ${n8n.logFile}`);
	return 1;
});
