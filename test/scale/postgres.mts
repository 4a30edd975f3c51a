import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';

import { startChild } from '../n8n/process/childProcess.mts';
import { freePort } from '../n8n/process/freePort.mts';
import { childEnvironment } from '../n8n/install/npm.mts';
import type { Report } from '../n8n/process/runCommand.mts';
import { until } from '../n8n/process/until.mts';
import { serverCommand, serverUser, temporaryFolder } from './debianServer.mts';

const USER = 'n8n';
const READY_WITHIN_MS = 30_000;

/**
 * Starts an empty PostgreSQL on a port and in a folder of its own. It ends, and its folder goes, with this process.
 *
 * @returns the environment variables by which n8n finds it
 */
export async function startPostgres(report: Report): Promise<NodeJS.ProcessEnv> {
	const initdb = await serverCommand({ name: 'PostgreSQL', debianPackage: 'postgresql', command: 'initdb' }, report);
	const command = (name: string) => join(dirname(initdb), name);
	// PostgreSQL refuses to run as root.
	const runsAs = serverUser('postgres');
	const folder = temporaryFolder('postgres', runsAs);
	const data = join(folder, 'data');
	const options = { cwd: folder, env: childEnvironment(), ...runsAs };

	const made = spawnSync(initdb, ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], {
		...options,
		encoding: 'utf8',
	});
	if (made.status !== 0) throw new Error(`PostgreSQL's initdb did not succeed:\n${made.stderr}${made.stdout}`);

	const port = await freePort();
	const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: folder, max_connections: 100, fsync: 'off' };
	const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	startChild(command('postgres'), ['-D', data, ...flags], { ...options, stdio: 'ignore' });
	const isReady = () => spawnSync(command('pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)], options).status === 0;
	await until('PostgreSQL answers', async () => isReady(), READY_WITHIN_MS);

	return {
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(port),
		DB_POSTGRESDB_DATABASE: 'postgres',
		DB_POSTGRESDB_USER: USER,
		DB_POSTGRESDB_PASSWORD: '',
	};
}
