/**
 * The first step of every command in package.json: `node test/run.mjs <script.mts> [arguments]`.
 *
 * It needs nothing but Node and npm, so that every command works in a fresh clone: it checks Node, installs the
 * dependencies when they are missing or not the ones package-lock.json names, and then runs the script through tsx.
 *
 * package.json starts it by `exec`, in the place of npm's shell: a shell in between would keep signals to itself, and leave
 * everything running when it is ended.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { cureFor, npmCommand } from './npm.mjs';

/** The oldest Node the development tools run on. package.json says the same under `engines`. */
const OLDEST_NODE = '20.19';
const HEARTBEAT_MS = 5_000;
/** As much of npm's output as helps to see what went wrong. */
const SHOWN_LINES = 15;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [script, ...scriptArguments] = process.argv.slice(2);
const endWithParent = join(root, 'test', 'n8n', 'process', 'endWithParent.cjs');
/** Whether a signal asked this command to end. */
let interrupted = false;

/** Ends the command with a message that says what to do. */
function giveUp(message) {
	console.error(`\n${message}\n`);
	process.exit(1);
}

function checkNode() {
	if (process.versions.node.localeCompare(OLDEST_NODE, 'en', { numeric: true }) >= 0) return;
	giveUp(
		`This project needs Node ${OLDEST_NODE} or newer; this is Node ${process.versions.node}.\n` +
			'Install a current Node from https://nodejs.org, or with nvm: nvm install 24',
	);
}

/** The `packages` of a lockfile, without the project itself; `undefined` where there is no readable lockfile. */
function lockedPackages(path) {
	try {
		const { packages } = JSON.parse(readFileSync(path, 'utf8'));
		return new Map(Object.entries(packages).filter(([folder]) => folder !== ''));
	} catch {
		return undefined;
	}
}

/**
 * Whether node_modules holds what package-lock.json names. npm writes the list of what it installed into
 * node_modules/.package-lock.json as its very last step, so an interrupted installation has none.
 */
function dependenciesAreInstalled() {
	const wanted = lockedPackages(join(root, 'package-lock.json'));
	const installed = lockedPackages(join(root, 'node_modules', '.package-lock.json'));
	if (!wanted || !installed) return false;
	// Builds for other platforms are in the lockfile and nowhere else.
	const lacks = ([folder, { optional, devOptional }]) => !installed.has(folder) && !optional && !devOptional;
	const differs = ([folder, { version }]) => wanted.get(folder)?.version !== version;
	return ![...wanted].some(lacks) && ![...installed].some(differs);
}

/** What npm printed, without the warnings before and the pages of usage after what went wrong. */
function importantLines(output) {
	const lines = output.split('\n').filter((line) => line.trim() && !line.startsWith('npm warn'));
	return lines.slice(0, SHOWN_LINES).join('\n');
}

/** Runs `npm ci`, saying every few seconds that it is still at work: npm itself is silent until it is done. */
async function installDependencies() {
	const startedAt = Date.now();
	const seconds = () => Math.round((Date.now() - startedAt) / 1000);
	console.log("Installing the project's dependencies (npm ci), about a minute the first time …");
	const { command, prefix, shell } = npmCommand();
	// NODE_ENV=production in the environment would leave out the very tools that are needed.
	const npm = spawn(command, [...prefix, 'ci', '--include=dev', '--no-audit', '--no-fund'], {
		cwd: root,
		shell,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk) => (output += chunk));
	const heartbeat = setInterval(() => console.log(`  … ${seconds()} s`), HEARTBEAT_MS);
	const exitCode = await passSignalsTo(npm);
	clearInterval(heartbeat);
	if (interrupted) process.exit(exitCode);
	if (exitCode !== 0) giveUp(`${importantLines(output)}\n\nThe dependencies could not be installed. ${cureFor(output, '1 GB')}`);
	console.log(`Dependencies installed in ${seconds()} s.`);
}

/**
 * Resolves with the exit code of a child process. Signals meant for this process reach the child, and the child
 * decides when to end: it has servers to stop first.
 */
function passSignalsTo(child) {
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
	const pass = (signal) => {
		interrupted = true;
		child.kill(signal);
	};
	for (const signal of signals) process.on(signal, pass);
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code, signal) => {
			for (const name of signals) process.off(name, pass);
			// What shells make of it: 130 for Ctrl-C.
			resolve(code ?? 128 + (constants.signals[signal] ?? 0));
		});
	});
}

checkNode();
// Started by hand, in the background say, it may outlive the shell that it was started from.
if (process.env.npm_lifecycle_event) await import(pathToFileURL(endWithParent).href);
if (!script) giveUp('Usage: node test/run.mjs <script.mts> [arguments]');
if (!dependenciesAreInstalled()) await installDependencies();
process.exitCode = await passSignalsTo(
	spawn(process.execPath, ['--require', endWithParent, '--import', 'tsx', script, ...scriptArguments], { cwd: root, stdio: 'inherit' }),
);
