/**
 * `npm start`: a real n8n with this node in it, one run of a workflow that downloads a package, and the proof that the file
 * is the right one.
 */
import { realTarget, sandboxTarget } from './demo/demoTarget.mts';
import { demoWorkflow } from './demo/demoWorkflow.mts';
import { holdLock } from './install/folderLock.mts';
import { installN8n, type N8nInstallation } from './install/installN8n.mts';
import { N8nClient, OWNER } from './instance/n8nClient.mts';
import { installNode, packNode } from './install/packNode.mts';
import { n8nUserFolder } from './install/projectRoot.mts';
import { showResult } from './demo/showResult.mts';
import { readStartOptions, type StartOptions } from './demo/startOptions.mts';
import { runMain } from './process/runMain.mts';
import { isStopping, stopAtEnd } from './process/shutdown.mts';
import { startN8n, type N8nServer } from './instance/startN8n.mts';

/** Where people expect an n8n. */
const EDITOR_PORT = 5678;
const SAY_RUNNING_EVERY_MS = 5_000;

const secret = process.env.PIXXEL_API_KEY?.trim();

/** Prints a line. Whatever happens, the user's key is not in it. */
function say(line = ''): void {
	console.log(secret ? line.replaceAll(secret, '•••') : line);
}

/** Says that something long is still going on, until the returned function is called. */
function sayStillRunning(): () => void {
	const startedAt = Date.now();
	const timer = setInterval(
		() => say(`  … running for ${Math.round((Date.now() - startedAt) / 1000)} s`),
		SAY_RUNNING_EVERY_MS,
	);
	return () => clearInterval(timer);
}

/** What a run of the demo leaves. */
interface Demo {
	/** Whether the file that arrived is the one that was served. */
	isRight: boolean;
	server: N8nServer;
	/** The address of the workflow in the editor. */
	editor: string;
}

/** Installs n8n, and the node into it. Takes the folder that both are used from. */
async function prepareN8n(n8nVersion: string): Promise<{ installation: N8nInstallation; userFolder: string }> {
	const userFolder = n8nUserFolder(`editor-${n8nVersion}`);
	// Two n8n on one database would get into each other's way.
	const owner = holdLock(`${userFolder}.lock`);
	if (owner !== undefined) {
		throw new Error(`npm start is running here already, with n8n ${n8nVersion} (process ${owner}). Stop it first, with Ctrl-C in its terminal.`);
	}

	const installation = await installN8n(n8nVersion, say);
	await installNode(userFolder, await packNode(say), say);
	return { installation, userFolder };
}

/** Runs the demo, and leaves n8n running. */
async function runDemo({ n8nVersion, realApi, once }: StartOptions): Promise<Demo> {
	if (realApi) {
		say(`Pixxel in n8n, against the REAL Pixxel API at ${realApi.baseUrl}.`);
	} else {
		say('Pixxel in n8n, against a SANDBOX: a double of the Pixxel API on this machine.');
		say('It needs no account, and nothing here comes from a satellite.');
	}
	say();

	const { installation, userFolder } = await prepareN8n(n8nVersion);
	const target = realApi ? realTarget(realApi) : await sandboxTarget();
	say(`Starting n8n ${n8nVersion}.`);
	const server = await startN8n({
		installation,
		userFolder,
		preferredPort: EDITOR_PORT,
		// What n8n 2 does by itself; n8n 1 would keep files in memory, without an address to fetch them from.
		binaryDataMode: 'filesystem',
		report: say,
	});
	stopAtEnd(() => say(realApi ? 'Stopping n8n.' : 'Stopping n8n and the sandbox.'));
	if (server.port !== EDITOR_PORT) say(`Port ${EDITOR_PORT} is taken by another program, so n8n is on ${server.port}.`);

	const client = await N8nClient.signIn(server);
	const credential = await client.saveCredential(target.credential);
	// Nobody asked for the key to stay on this disk.
	if (realApi && once) stopAtEnd(() => client.deleteCredential(credential.id));
	const workflow = await client.saveWorkflow(await demoWorkflow(client, target.workflowName, target.task, credential, target.options));

	for (const line of target.introduction ?? []) say(line);
	const test = await client.testCredential(credential.id, target.credential);
	say(`The credential's Test button says: ${test.message}`);
	say('Running the workflow: the node asks for the package until it is ready, then downloads it.');
	const enough = sayStillRunning();
	const execution = await client
		.runWorkflow(workflow.id)
		.then((id) => client.waitForExecution(id, target.timeoutMs))
		.finally(enough);
	say();
	const isRight = await showResult(client, execution, target.served, say);
	say();

	return { isRight, server, editor: `${server.url}/workflow/${workflow.id}` };
}

/** How to use the editor, for as long as it is open. */
function sayEditorIsOpen({ editor, server }: Demo, usesRealKey: boolean): void {
	say(`The editor is open:  ${editor}`);
	say(`         Sign in as  ${OWNER.email}`);
	say(`           Password  ${OWNER.password}`);
	say(`          n8n's log  ${server.logFile}`);
	if (usesRealKey) say(`Your key is kept, encrypted by n8n, in ${server.userFolder}; delete that folder to be rid of it.`);
	say('Press Ctrl-C to stop everything.');
}

/** Does what was asked. Returns the exit code. */
async function main(): Promise<number> {
	const options = readStartOptions();
	const demo = await runDemo(options);
	const exitCode = demo.isRight ? 0 : 1;
	if (options.once) return exitCode;

	sayEditorIsOpen(demo, options.realApi !== undefined);
	// From here on Ctrl-C is the ordinary way to end, so what the run brought decides the exit code.
	process.exitCode = exitCode;
	await demo.server.exited;
	if (isStopping()) return exitCode;
	say(`n8n has ended by itself. The reason may be in its log: ${demo.server.logFile}`);
	return 1;
}

await runMain(main);
