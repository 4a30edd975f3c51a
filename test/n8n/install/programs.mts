import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

import { childEnvironment } from './npm.mts';
import { runCommand, type Report } from '../process/runCommand.mts';
import { killAtExit } from '../process/shutdown.mts';

const isDebian = existsSync('/etc/debian_version');

/** Where a program of the system is: on PATH, or in one of some more folders. It may be a path already. */
export function pathOf(program: string, folders: readonly string[] = []): string | undefined {
	if (isAbsolute(program)) return existsSync(program) ? program : undefined;
	const searched = [...(process.env.PATH ?? '').split(delimiter), ...folders];
	return searched.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Debian asks this program whether a package that is being installed may start its services. */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d';

/** Has no service started meanwhile: what a test needs it starts itself, and ends. A machine that has a policy already keeps it. */
async function withoutServices(install: () => Promise<unknown>): Promise<void> {
	if (existsSync(SERVICE_POLICY)) return void (await install());
	writeFileSync(SERVICE_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
	const remove = () => rmSync(SERVICE_POLICY, { force: true });
	const forget = killAtExit(remove);
	await install().finally(() => {
		remove();
		forget();
	});
}

async function aptGetInstall(what: string, packages: readonly string[], report: Report): Promise<void> {
	report(`Installing ${what} with apt-get: about a minute, once.`);
	const options = { cwd: '/', env: childEnvironment({ DEBIAN_FRONTEND: 'noninteractive' }), report };
	await runCommand('apt-get', ['update'], { ...options, label: 'Refreshing the list of packages' });
	const install = ['install', '-y', '--no-install-recommends', ...packages];
	await withoutServices(async () => await runCommand('apt-get', install, { ...options, label: `Installing ${what}` }));
}

/**
 * Sees to it that some programs are there. Installs them where that needs no questions: as root on a Debian-like machine.
 *
 * @param what they are for, or together are
 * @param missing names those that are not there
 * @param packages of Debian that they come in
 * @param elsewhere how other systems get them
 * @throws where one stays missing, with how to get it
 */
export async function providePrograms(
	what: string,
	missing: () => string[],
	packages: readonly string[],
	report: Report,
	elsewhere = 'the package manager of this system',
): Promise<void> {
	if (missing().length === 0) return;
	if (isDebian && process.getuid?.() === 0 && pathOf('apt-get')) await aptGetInstall(what, packages, report);
	const left = missing();
	if (left.length === 0) return;
	throw new Error(`For ${what}, there is no ${left.join(' and no ')} here. Install with ${isDebian ? `sudo apt-get install -y ${packages.join(' ')}` : elsewhere}.`);
}
