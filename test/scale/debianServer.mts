import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { childEnvironment } from '../n8n/install/npm.mts';
import { type Report, runCommand } from '../n8n/process/runCommand.mts';
import { stopAtEnd } from '../n8n/process/shutdown.mts';

/** A server that a Debian-like system has as a package. */
export interface ServerPackage {
	/** What it is called in a message. */
	name: string;
	debianPackage: string;
	/** Its command. */
	command: string;
}

const POSTGRES_VERSIONS = '/usr/lib/postgresql';

const isRoot = process.getuid?.() === 0;

function starts(command: string): boolean {
	return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Debian keeps PostgreSQL's commands in one folder for each version, outside PATH. */
function postgresFolders(): string[] {
	if (!existsSync(POSTGRES_VERSIONS)) return [];
	return readdirSync(POSTGRES_VERSIONS)
		.sort((one, other) => Number(other) - Number(one))
		.map((version) => join(POSTGRES_VERSIONS, version, 'bin'));
}

/** A command by its name or, where PATH does not lead to it, by its path. */
function find(command: string): string | undefined {
	return [command, ...postgresFolders().map((folder) => join(folder, command))].find(starts);
}

/**
 * Finds a server's command, and installs its package where that needs no questions: as root on a Debian-like machine.
 *
 * @throws naming what is missing and how to get it
 */
export async function serverCommand({ name, debianPackage, command }: ServerPackage, report: Report): Promise<string> {
	const found = find(command);
	if (found) return found;
	const cure =
		process.platform === 'darwin'
			? `Install it with Homebrew, and see that "${command}" is on PATH.`
			: `On Debian and Ubuntu: sudo apt-get install -y ${debianPackage}; elsewhere with the system's package manager, so that "${command}" is on PATH.`;
	if (!isRoot || !starts('apt-get')) throw new Error(`${name} is needed here, and "${command}" does not start. ${cure}`);

	report(`Installing ${name} with apt-get.`);
	const options = { cwd: '/', env: childEnvironment({ DEBIAN_FRONTEND: 'noninteractive' }), report };
	await runCommand('apt-get', ['update'], { ...options, label: 'Refreshing the list of packages' });
	await runCommand('apt-get', ['install', '-y', '--no-install-recommends', debianPackage], { ...options, label: `Installing ${name}` });
	const installed = find(command);
	if (!installed) throw new Error(`${name} was installed, but "${command}" does not start. ${cure}`);
	return installed;
}

/** Another user of this machine, for servers that refuse to run as root. */
export interface RunsAs {
	uid?: number;
	gid?: number;
}

/** Who a server shall run as when this process is root: the user that its package made. */
export function serverUser(name: string): RunsAs {
	if (!isRoot) return {};
	const id = (flag: string) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout);
	const [uid, gid] = [id('-u'), id('-g')];
	if (!uid || !gid) throw new Error(`There is no user "${name}" on this machine, and the server does not run as root.`);
	return { uid, gid };
}

/** An empty folder that is removed when this process ends. */
export function temporaryFolder(name: string, { uid, gid }: RunsAs = {}): string {
	const folder = mkdtempSync(join(tmpdir(), `pixxel-${name}-`));
	if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
	stopAtEnd(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}
