import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import getPort from 'get-port';

import { childEnvironment } from '../n8n/install/npm.mts';
import { pathOf, providePrograms } from '../n8n/install/programs.mts';
import { startChild } from '../n8n/process/childProcess.mts';
import type { Report } from '../n8n/process/runCommand.mts';
import { takeFolder } from '../n8n/process/temporaryFolder.mts';
import { until } from '../n8n/process/until.mts';

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 30_000;
const POSTGRES_VERSIONS = '/usr/lib/postgresql';
const POSTGRES_USER = 'n8n';

/** Debian keeps PostgreSQL's commands in one folder for each version, outside PATH. */
function postgresFolders(): string[] {
	if (!existsSync(POSTGRES_VERSIONS)) return [];
	return readdirSync(POSTGRES_VERSIONS)
		.sort((one, other) => Number(other) - Number(one))
		.map((version) => join(POSTGRES_VERSIONS, version, 'bin'));
}

/** Where the commands of a server are, which is installed where that needs no questions. */
async function commandsOf(name: string, commands: string[], debianPackage: string, report: Report): Promise<string[]> {
	const find = (command: string) => pathOf(command, postgresFolders());
	await providePrograms(name, () => commands.filter((command) => !find(command)), [debianPackage], report);
	return commands.map((command) => find(command) ?? command);
}

/** Who a server shall run as that refuses to run as root: the user that its package made. */
function serverUser(name: string): { uid?: number; gid?: number } {
	if (process.getuid?.() !== 0) return {};
	const id = (flag: string) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout);
	const [uid, gid] = [id('-u'), id('-g')];
	if (!uid || !gid) throw new Error(`There is no user "${name}" on this machine, and the server does not run as root.`);
	return { uid, gid };
}

/** Where a server runs and as whom: in an empty folder that is removed when this process ends. */
function ownPlace(user: { uid?: number; gid?: number } = {}) {
	const cwd = takeFolder('queue');
	if (user.uid !== undefined && user.gid !== undefined) chownSync(cwd, user.uid, user.gid);
	return { cwd, env: childEnvironment(), ...user };
}

/**
 * Starts an empty PostgreSQL on a port and in a folder of its own. It ends, and its folder goes, with this process.
 *
 * @returns the environment variables by which n8n finds it
 */
export async function startPostgres(report: Report): Promise<NodeJS.ProcessEnv> {
	const [initdb = '', postgres = '', isReadyCommand = ''] = await commandsOf('PostgreSQL', ['initdb', 'postgres', 'pg_isready'], 'postgresql', report);
	const place = ownPlace(serverUser('postgres'));
	const data = join(place.cwd, 'data');
	const initialise = ['-D', data, '-U', POSTGRES_USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
	const made = spawnSync(initdb, initialise, { ...place, encoding: 'utf8' });
	if (made.status !== 0) throw new Error(`PostgreSQL's initdb did not succeed:\n${made.stderr}${made.stdout}`);

	const port = String(await getPort({ host: HOST }));
	// Its socket in its own folder, and nothing waits for the disk.
	startChild(postgres, ['-D', data, '-h', HOST, '-p', port, '-k', place.cwd, '-F'], { ...place, stdio: 'ignore' });
	const isReady = async () => spawnSync(isReadyCommand, ['-q', '-h', HOST, '-p', port], place).status === 0;
	await until('PostgreSQL answers', isReady, READY_WITHIN_MS);
	return {
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: HOST,
		DB_POSTGRESDB_PORT: port,
		DB_POSTGRESDB_DATABASE: 'postgres',
		DB_POSTGRESDB_USER: POSTGRES_USER,
		DB_POSTGRESDB_PASSWORD: '',
	};
}

/** The same for an empty Redis, which keeps nothing on disk. */
export async function startRedis(report: Report): Promise<NodeJS.ProcessEnv> {
	const [server = '', client = ''] = await commandsOf('Redis', ['redis-server', 'redis-cli'], 'redis-server', report);
	const port = String(await getPort({ host: HOST }));
	startChild(server, ['--port', port, '--bind', HOST, '--save', '', '--appendonly', 'no'], { ...ownPlace(), stdio: 'ignore' });
	const isReady = async () => spawnSync(client, ['-h', HOST, '-p', port, 'ping'], { encoding: 'utf8' }).stdout?.startsWith('PONG');
	await until('Redis answers', isReady, READY_WITHIN_MS);
	return { QUEUE_BULL_REDIS_HOST: HOST, QUEUE_BULL_REDIS_PORT: port };
}
