import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { childEnvironment } from './npm.mts';
import { runCommand, type Report } from '../process/runCommand.mts';

/** What compiling SQLite for Node takes: each tool, and the names it goes by. */
const TOOLS: ReadonlyArray<{ tool: string; commands: readonly string[] }> = [
	{ tool: 'a C++ compiler', commands: ['g++', 'c++', 'clang++'] },
	{ tool: 'make', commands: ['make', 'gmake'] },
	{ tool: 'Python 3', commands: ['python3', 'python'] },
];

const DEBIAN_PACKAGES = ['build-essential', 'python3'];

function starts(command: string): boolean {
	return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** The tools this machine lacks for compiling a native module, in plain words. */
export function missingBuildTools(): string[] {
	// Windows has its compilers elsewhere; node-gyp finds them, or says itself what to install.
	if (process.platform === 'win32') return [];
	return TOOLS.filter(({ commands }) => !commands.some(starts)).map(({ tool }) => tool);
}

/** How to get them, as a sentence for a message. */
export function buildToolsCure(): string {
	if (process.platform === 'darwin') return 'Install them with: xcode-select --install';
	if (existsSync('/etc/debian_version')) {
		return `Install them with: sudo apt-get install -y ${DEBIAN_PACKAGES.join(' ')}`;
	}
	if (existsSync('/etc/alpine-release')) return 'Install them with: apk add build-base python3';
	return 'Install them with the package manager of this system.';
}

/** Installs them where that needs no questions: as root on a Debian-like machine. Says whether it did. */
export async function installBuildTools(report: Report): Promise<boolean> {
	const isDebianRoot = existsSync('/etc/debian_version') && process.getuid?.() === 0;
	if (!isDebianRoot || !starts('apt-get')) return false;
	report(`Installing ${DEBIAN_PACKAGES.join(' and ')} with apt-get, to compile SQLite.`);
	const options = {
		cwd: '/',
		env: childEnvironment({ DEBIAN_FRONTEND: 'noninteractive' }),
		report,
	};
	await runCommand('apt-get', ['update'], { ...options, label: 'Refreshing the list of packages' });
	await runCommand('apt-get', ['install', '-y', '--no-install-recommends', ...DEBIAN_PACKAGES], {
		...options,
		label: 'Installing the compilers',
	});
	return true;
}
