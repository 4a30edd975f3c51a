import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { N8nInstallation } from '../n8n/install/installN8n.mts';
import { N8nClient } from '../n8n/instance/n8nClient.mts';
import { pixxelCredential } from '../n8n/instance/pixxelCredential.mts';
import { installNode } from '../n8n/install/packNode.mts';
import { n8nUserFolder } from '../n8n/install/projectRoot.mts';
import type { Report } from '../n8n/process/runCommand.mts';
import { stopAtEnd } from '../n8n/process/shutdown.mts';
import { type N8nServer, startN8n } from '../n8n/instance/startN8n.mts';
import { type SandboxHandle, startSandbox } from '../sandbox/client.mts';
import { startPostgres, startRedis } from './servers.mts';

/** Where n8n can keep files in queue mode without a licence; `default` is memory, and the execution's data. */
export type BinaryMode = 'filesystem' | 'database' | 'default';

/** One n8n in queue mode: a main process, two workers, and everything they talk to. */
export interface QueueStage {
	binaryMode: BinaryMode;
	client: N8nClient;
	sandbox: SandboxHandle;
	pixxel: { id: string; name: string };
	main: N8nServer;
	workers: N8nServer[];
	/** Starts another worker in the place of one that has ended. */
	replace(worker: N8nServer): Promise<void>;
	/** Starts another main process in the place of one that has ended, at another address. */
	restartMain(): Promise<void>;
	/** Everything that n8n has printed so far, in all its processes, those that have ended as well. */
	logs(): string;
	/** Ends n8n. What it keeps in the database and in the shared folder stays. */
	stop(): Promise<void>;
}

/** How long n8n lets a worker that is asked to end finish its work. */
export const GRACEFUL_SHUTDOWN_S = 90;

const ROOT = n8nUserFolder('queue');
const WORKERS = 2;
const CONCURRENCY = 5;

/** How soon a lost worker is noticed. As n8n ships, its lock lasts a minute, and that is looked at twice a minute. */
const QUICK_LOCKS = {
	QUEUE_WORKER_LOCK_DURATION: '6000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '4000',
};

/** What stays when n8n is started again with another binary data mode. */
export interface QueueServers {
	env: NodeJS.ProcessEnv;
	sandbox: SandboxHandle;
}

/** Starts PostgreSQL, Redis and the sandbox. They end with this process. */
export async function startServers(report: Report): Promise<QueueServers> {
	const database = await startPostgres(report);
	const queue = await startRedis(report);
	const sandbox = await startSandbox({ readyAfterMs: 0 });
	stopAtEnd(() => sandbox.stop());
	return { env: { ...database, ...queue, N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex') }, sandbox };
}

function queueEnvironment({ env }: QueueServers, more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const files = join(ROOT, 'files');
	mkdirSync(files, { recursive: true });
	return {
		...env,
		...more,
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		N8N_BINARY_DATA_STORAGE_PATH: files,
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: String(GRACEFUL_SHUTDOWN_S),
	};
}

/** Brings up n8n: the packed node is in each process's own folder, files are shared. */
export async function startQueue(
	installation: N8nInstallation,
	tarball: string,
	binaryMode: BinaryMode,
	servers: QueueServers,
	report: Report,
	more: NodeJS.ProcessEnv = QUICK_LOCKS,
): Promise<QueueStage> {
	const env = queueEnvironment(servers, more);
	let started = 0;
	const start = async (role: 'main' | 'worker'): Promise<N8nServer> => {
		const userFolder = join(ROOT, `${role}-${++started}`);
		rmSync(userFolder, { recursive: true, force: true });
		await installNode(userFolder, tarball, () => {});
		const args = role === 'worker' ? [`--concurrency=${CONCURRENCY}`] : [];
		// All that n8n can say: what the log must not hold, it must not hold then either.
		return await startN8n({ installation, userFolder, role, args, binaryDataMode: binaryMode, logLevel: 'debug', env, report });
	};

	// Before the workers: it makes the tables.
	const main = await start('main');
	const workers: N8nServer[] = [];
	for (let count = 0; count < WORKERS; count++) workers.push(await start('worker'));
	const client = await N8nClient.signIn(main);
	const pixxel = await client.saveCredential(pixxelCredential(servers.sandbox));
	const earlierLogs: string[] = [];
	const stage: QueueStage = {
		...{ binaryMode, client, pixxel, main, workers },
		sandbox: servers.sandbox,
		async replace(worker) {
			earlierLogs.push(worker.log());
			workers.splice(workers.indexOf(worker), 1, await start('worker'));
		},
		async restartMain() {
			earlierLogs.push(stage.main.log());
			stage.main = await start('main');
			stage.client = await N8nClient.signIn(stage.main);
		},
		logs: () => [...earlierLogs, stage.main.log(), ...workers.map((worker) => worker.log())].join('\n'),
		async stop() {
			await Promise.all(workers.map((worker) => worker.stop()));
			await stage.main.stop();
		},
	};
	return stage;
}
