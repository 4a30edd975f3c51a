import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { childEnvironment } from './npm.mts';
import { runCommand, type Report } from '../process/runCommand.mts';

const isDebian = existsSync('/etc/debian_version');

/** Whether there is such a command. */
export function starts(command: string): boolean {
	return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** What a person has to type for some packages on a Debian-like system; `undefined` on any other. */
export function aptGet(packages: readonly string[]): string | undefined {
	return isDebian ? `sudo apt-get install -y ${packages.join(' ')}` : undefined;
}

/** Installs packages where that needs no questions: as root on a Debian-like machine. Says whether it did. */
export async function installDebianPackages(what: string, packages: readonly string[], report: Report): Promise<boolean> {
	if (!isDebian || process.getuid?.() !== 0 || !starts('apt-get')) return false;
	report(`Installing ${what} with apt-get: about a minute, once.`);
	const options = { cwd: '/', env: childEnvironment({ DEBIAN_FRONTEND: 'noninteractive' }), report };
	await runCommand('apt-get', ['update'], { ...options, label: 'Refreshing the list of packages' });
	const install = ['install', '-y', '--no-install-recommends', ...packages];
	await runCommand('apt-get', install, { ...options, label: `Installing ${what}` });
	return true;
}
