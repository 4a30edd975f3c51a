import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import getPort from 'get-port';

import { childEnvironment } from '../n8n/install/npm.mts';
import { pathOf, providePrograms } from '../n8n/install/programs.mts';
import { startChild } from '../n8n/process/childProcess.mts';
import type { Report } from '../n8n/process/runCommand.mts';
import { stopAtEnd } from '../n8n/process/shutdown.mts';
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

/** A server's command by its name or, where PATH does not lead to it, by its path. Installed where that needs no questions. */
async function serverCommand(name: string, command: string, debianPackage: string, report: Report): Promise<string> {
	const find = () => pathOf(command, postgresFolders());
	await providePrograms(name, () => (find() ? [] : [command]), [debianPackage], report);
	return find() ?? command;
}

/** Who a server shall run as that refuses to run as root: the user that its package made. */
function serverUser(name: string): { uid?: number; gid?: number } {
	if (process.getuid?.() !== 0) return {};
	const id = (flag: string) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout);
	const [uid, gid] = [id('-u'), id('-g')];
	if (!uid || !gid) throw new Error(`There is no user "${name}" on this machine, and the server does not run as root.`);
	return { uid, gid };
}

/** An empty folder that is removed when this process ends. */
function temporaryFolder({ uid, gid }: { uid?: number; gid?: number } = {}): string {
	const folder = mkdtempSync(join(tmpdir(), 'pixxel-queue-'));
	if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
	stopAtEnd(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/**
 * Starts an empty PostgreSQL on a port and in a folder of its own. It ends, and its folder goes, with this process.
 *
 * @returns the environment variables by which n8n finds it
 */
export async function startPostgres(report: Report): Promise<NodeJS.ProcessEnv> {
	const initdb = await serverCommand('PostgreSQL', 'initdb', 'postgresql', report);
	const command = (name: string) => join(dirname(initdb), name);
	const runsAs = serverUser('postgres');
	const folder = temporaryFolder(runsAs);
	const data = join(folder, 'data');
	const options = { cwd: folder, env: childEnvironment(), ...runsAs };
	const initialise = ['-D', data, '-U', POSTGRES_USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
	const made = spawnSync(initdb, initialise, { ...options, encoding: 'utf8' });
	if (made.status !== 0) throw new Error(`PostgreSQL's initdb did not succeed:\n${made.stderr}${made.stdout}`);

	const port = await getPort({ host: HOST });
	const settings = { listen_addresses: HOST, port, unix_socket_directories: folder, max_connections: 100, fsync: 'off' };
	const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	startChild(command('postgres'), ['-D', data, ...flags], { ...options, stdio: 'ignore' });
	const isReady = () => spawnSync(command('pg_isready'), ['-q', '-h', HOST, '-p', String(port)], options).status === 0;
	await until('PostgreSQL answers', async () => isReady(), READY_WITHIN_MS);
	return {
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: HOST,
		DB_POSTGRESDB_PORT: String(port),
		DB_POSTGRESDB_DATABASE: 'postgres',
		DB_POSTGRESDB_USER: POSTGRES_USER,
		DB_POSTGRESDB_PASSWORD: '',
	};
}

function answersPing(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, HOST, () => socket.write('PING\r\n'));
		socket.once('data', (answer) => {
			resolve(answer.toString().startsWith('+PONG'));
			socket.destroy();
		});
		socket.once('error', () => resolve(false));
	});
}

/** The same for an empty Redis, which keeps nothing on disk. */
export async function startRedis(report: Report): Promise<NodeJS.ProcessEnv> {
	const command = await serverCommand('Redis', 'redis-server', 'redis-server', report);
	const port = await getPort({ host: HOST });
	const settings = ['--port', String(port), '--bind', HOST, '--save', '', '--appendonly', 'no'];
	startChild(command, settings, { cwd: temporaryFolder(), env: childEnvironment(), stdio: 'ignore' });
	await until('Redis answers', () => answersPing(port), READY_WITHIN_MS);
	return { QUEUE_BULL_REDIS_HOST: HOST, QUEUE_BULL_REDIS_PORT: String(port) };
}
