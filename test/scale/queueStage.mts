import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { installNode } from '../n8n/install/packNode.mts';
import { n8nUserFolder } from '../n8n/install/projectRoot.mts';
import { pixxelCredential } from '../n8n/instance/bringUp.mts';
import { N8nClient } from '../n8n/instance/n8nClient.mts';
import { type N8nServer, type N8nServerOptions, startN8n } from '../n8n/instance/startN8n.mts';
import type { Report } from '../n8n/process/runCommand.mts';
import { until } from '../n8n/process/until.mts';
import type { Step, TaskIds } from '../n8n/scenarios/workflows.mts';
import { type SandboxHandle, startSandbox } from '../sandbox/client.mts';
import { startPostgres, startRedis } from './servers.mts';

/** Where n8n can keep files in queue mode without a licence; `default` is memory, and the execution's data. */
export const BINARY_MODES = ['filesystem', 'database', 'default'] as const;
export type BinaryMode = (typeof BINARY_MODES)[number];

/** How long n8n lets a worker that is asked to end finish its work. */
export const GRACEFUL_SHUTDOWN_S = 90;

const ROOT = n8nUserFolder('queue');
const WORKERS = 2;
const CONCURRENCY = 5;
export const STARTED_WITHIN_MS = 20_000;

/** How soon a lost worker is noticed. As n8n ships, its lock lasts a minute, and that is looked at twice a minute. */
export const QUICK_LOCKS = {
	QUEUE_WORKER_LOCK_DURATION: '6000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '4000',
};

/** Starts PostgreSQL, Redis and the sandbox, and empties the folder that all processes of n8n share. They end with this process. */
export async function startServers(report: Report) {
	const files = join(ROOT, 'files');
	rmSync(ROOT, { recursive: true, force: true });
	mkdirSync(files, { recursive: true });
	const env = {
		...(await startPostgres(report)),
		...(await startRedis(report)),
		N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		N8N_BINARY_DATA_STORAGE_PATH: files,
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: String(GRACEFUL_SHUTDOWN_S),
	};
	return { env, sandbox: await startSandbox({ readyAfterMs: 0 }) };
}

/** One n8n in queue mode: a main process and two workers, the packed node in each one's own folder, files shared. */
export class QueueStage {
	main!: N8nServer;
	client!: N8nClient;
	pixxel!: { id: string; name: string };
	readonly workers: N8nServer[] = [];
	/** Those that have ended as well. */
	private readonly started: N8nServer[] = [];

	constructor(
		readonly sandbox: SandboxHandle,
		readonly binaryMode: BinaryMode,
		private readonly tarball: string,
		private readonly options: Omit<N8nServerOptions, 'userFolder' | 'role' | 'args' | 'binaryDataMode'>,
	) {}

	async start(): Promise<void> {
		// Before the workers: it makes the tables.
		await this.startMain();
		for (let count = 0; count < WORKERS; count++) this.workers.push(await this.startProcess('worker'));
		this.pixxel = await this.client.saveCredential(pixxelCredential(this.sandbox));
	}

	/** Also in the place of one that has ended, at another address. */
	async startMain(): Promise<void> {
		this.main = await this.startProcess('main');
		this.client = await N8nClient.signIn(this.main);
	}

	private async startProcess(role: 'main' | 'worker'): Promise<N8nServer> {
		const userFolder = join(ROOT, `${role}-${this.binaryMode}-${this.started.length}`);
		await installNode(userFolder, this.tarball, () => {});
		const args = role === 'worker' ? [`--concurrency=${CONCURRENCY}`] : [];
		const server = await startN8n({ ...this.options, userFolder, role, args, binaryDataMode: this.binaryMode });
		this.started.push(server);
		return server;
	}

	/** Starts another worker in the place of one that has ended. */
	async replace(worker: N8nServer): Promise<void> {
		this.workers.splice(this.workers.indexOf(worker), 1, await this.startProcess('worker'));
	}

	/** Everything that n8n has printed so far, in all its processes. */
	logs(): string {
		return this.started.map((server) => server.log()).join('\n');
	}

	/** Ends n8n. What it keeps in the database and in the shared folder stays. */
	async stop(): Promise<void> {
		await Promise.all(this.workers.map((worker) => worker.stop()));
		await this.main.stop();
	}
}

/** A webhook that starts the workflow it stands in. */
export const webhook = (path: string, responseMode: 'onReceived' | 'lastNode' = 'onReceived'): Step => ({
	name: 'Webhook',
	type: 'n8n-nodes-base.webhook',
	typeVersion: 2,
	webhookId: path,
	parameters: { httpMethod: 'POST', path, responseMode, options: {} },
});

/** Calls a webhook with tasks. Right after publishing n8n may not know it yet, so it is tried for a while. Answers with the status, and the text. */
export async function callWebhook({ url }: N8nServer, path: string, tasks: TaskIds[], withinMs = STARTED_WITHIN_MS): Promise<[number, string]> {
	const request = {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ tasks }),
		signal: AbortSignal.timeout(withinMs),
	};
	const answered = async (): Promise<[number, string] | false> => {
		const answer = await fetch(`${url}/webhook/${path}`, request);
		const text = await answer.text();
		return answer.status !== 404 && [answer.status, text];
	};
	return await until(`n8n takes calls at /webhook/${path}`, answered, STARTED_WITHIN_MS);
}

/** The executions that a worker says it has started, from its log. */
export function startedBy(worker: N8nServer): string[] {
	return [...worker.log().matchAll(/Worker started execution (\d+)/g)].map((match) => match[1] ?? '');
}
