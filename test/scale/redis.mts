import { connect } from 'node:net';

import { startChild } from '../n8n/process/childProcess.mts';
import { freePort } from '../n8n/process/freePort.mts';
import { childEnvironment } from '../n8n/install/npm.mts';
import type { Report } from '../n8n/process/runCommand.mts';
import { until } from '../n8n/process/until.mts';
import { serverCommand, temporaryFolder } from './debianServer.mts';

const READY_WITHIN_MS = 15_000;

function answersPing(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
		socket.once('data', (answer) => {
			resolve(answer.toString().startsWith('+PONG'));
			socket.destroy();
		});
		socket.once('error', () => resolve(false));
	});
}

/**
 * Starts an empty Redis on a port and in a folder of its own; it keeps nothing on disk. It ends with this process.
 *
 * @returns the environment variables by which n8n finds it
 */
export async function startRedis(report: Report): Promise<NodeJS.ProcessEnv> {
	const command = await serverCommand({ name: 'Redis', debianPackage: 'redis-server', command: 'redis-server' }, report);
	const port = await freePort();
	const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
	startChild(command, settings, { cwd: temporaryFolder('redis'), env: childEnvironment(), stdio: 'ignore' });
	await until('Redis answers', () => answersPing(port), READY_WITHIN_MS);
	return { QUEUE_BULL_REDIS_HOST: '127.0.0.1', QUEUE_BULL_REDIS_PORT: String(port) };
}
