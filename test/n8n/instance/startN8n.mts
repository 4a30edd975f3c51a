import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import getPort from 'get-port';

import type { N8nInstallation } from '../install/installN8n.mts';
import { childEnvironment } from '../install/npm.mts';
import { projectRoot } from '../install/projectRoot.mts';
import type { N8nRelease } from '../install/versions.mts';
import { startChild, type Child } from '../process/childProcess.mts';
import { lastLines, type Report } from '../process/runCommand.mts';
import { keepSaying, until } from '../process/until.mts';

export interface N8nServerOptions {
	installation: N8nInstallation;
	/** Where this n8n keeps its database, its files and its community nodes. Two that run at once need two. */
	userFolder: string;
	/** `main` (the default) serves the editor and the API; `worker` takes executions from a queue. */
	role?: 'main' | 'worker';
	/** Arguments after `n8n start` or `n8n worker`, e.g. `--concurrency=5`. */
	args?: readonly string[];
	/** The port to use if it is free. Any free one by default. */
	preferredPort?: number;
	/** n8n's N8N_DEFAULT_BINARY_DATA_MODE. n8n's own default when left out. */
	binaryDataMode?: 'default' | 'filesystem' | 'database';
	/** n8n's own default, `info`, when left out. */
	logLevel?: 'error' | 'warn' | 'info' | 'debug';
	/** More environment variables for n8n; they win over everything set here. */
	env?: NodeJS.ProcessEnv;
	/** Who is told that it is still starting. */
	report?: Report;
}

/** A running n8n. Where it is a worker, the address is that of its health check. */
export type N8nServer = Awaited<ReturnType<typeof startN8n>>;

const HOST = '127.0.0.1';
/** The first start creates the database; on a busy machine that takes a while. */
const START_TIMEOUT_MS = 180_000;
const LOOK_EVERY_MS = 250;
/** Between picking a free port and n8n listening on it, somebody else may take it. */
const ATTEMPTS = 3;

/** Everything n8n would otherwise ask of servers on the internet, or show instead of the editor. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	EXTERNAL_FRONTEND_HOOKS_URLS: '',
};

/** The environment of an n8n process that keeps to itself: one user folder, loopback only, no calls home. */
export function n8nEnvironment(release: N8nRelease, userFolder: string, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
	return childEnvironment({
		...QUIET,
		...(release.disabledModules.length > 0 && { N8N_DISABLED_MODULES: release.disabledModules.join(',') }),
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: HOST,
		// Without HTTPS a browser would not send a secure cookie back.
		N8N_SECURE_COOKIE: 'false',
		// A proxy for the internet knows nothing of servers on this machine.
		NO_PROXY: [process.env.NO_PROXY ?? process.env.no_proxy, '127.0.0.1', 'localhost'].filter(Boolean).join(','),
		...extra,
	});
}

/**
 * Sees to it that the node gets the `n8n-workflow` of this very n8n, as it does on a user's machine. A user folder inside
 * the checkout would find the checkout's copy first, and n8n does not know the classes of another copy.
 */
function lendWorkflowPackage({ folder }: N8nInstallation, userFolder: string): void {
	const link = join(userFolder, 'node_modules', 'n8n-workflow');
	mkdirSync(join(userFolder, 'node_modules'), { recursive: true });
	rmSync(link, { recursive: true, force: true });
	symlinkSync(join(folder, 'node_modules', 'n8n-workflow'), link, 'junction');
}

const answers = async (url: string) =>
	await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5_000) }).then(({ ok }) => ok, () => false);

function launch(options: N8nServerOptions, port: number, brokerPort: number, logFile: string): Child {
	const { installation, userFolder, role, args = [], binaryDataMode, logLevel, env } = options;
	const onPort =
		role === 'worker' ? { QUEUE_HEALTH_CHECK_ACTIVE: 'true', QUEUE_HEALTH_CHECK_PORT: String(port) } : { N8N_PORT: String(port) };
	const endWithParent = join(projectRoot(), 'test', 'n8n', 'process', 'endWithParent.cjs');
	const command = role === 'worker' ? 'worker' : 'start';
	const child = startChild(installation.node, ['--require', endWithParent, installation.bin, command, ...args], {
		cwd: userFolder,
		env: n8nEnvironment(installation.release, userFolder, {
			...onPort,
			N8N_RUNNERS_BROKER_PORT: String(brokerPort),
			...(binaryDataMode && { N8N_DEFAULT_BINARY_DATA_MODE: binaryDataMode }),
			...(logLevel && { N8N_LOG_LEVEL: logLevel }),
			...env,
		}),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const log = createWriteStream(logFile);
	child.process.stdout?.pipe(log, { end: false });
	child.process.stderr?.pipe(log, { end: false });
	const closeLog = () => void log.end();
	child.exited.then(closeLog, closeLog);
	return child;
}

/** Waits until n8n answers, but no longer than it runs. Says whether it does. */
async function becomesReady(url: string, role: N8nServerOptions['role'], hasEnded: () => boolean): Promise<boolean> {
	// Once the database is up, readiness says yes: a moment before the editor's API is there.
	const isReady = async () => (await answers(`${url}/healthz/readiness`)) && (role === 'worker' || (await answers(`${url}/rest/settings`)));
	const answered = until('n8n answers', async () => hasEnded() || (await isReady()), START_TIMEOUT_MS, LOOK_EVERY_MS);
	return (await answered.catch(() => false)) && !hasEnded();
}

/** Starts n8n and resolves when it is ready to be used. It ends together with this process. */
export async function startN8n(options: N8nServerOptions) {
	const { installation, userFolder, role, preferredPort, report } = options;
	const name = `n8n ${installation.release.version}${role === 'worker' ? ' worker' : ''}`;
	const logFile = join(userFolder, 'n8n.log');
	lendWorkflowPackage(installation, userFolder);
	const log = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '');
	let ended: string | undefined;

	for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
		const port = await getPort({ host: HOST, ...(attempt === 1 && { port: preferredPort }) });
		const url = `http://${HOST}:${port}`;
		const child = launch(options, port, await getPort({ host: HOST }), logFile);

		ended = undefined;
		const exited = child.exited.then(
			({ code, signal }) => void (ended = signal ? `was ended by ${signal}` : `ended with code ${code}`),
			(error: Error) => void (ended = `could not be started: ${error.message}`),
		);
		const enough = keepSaying((seconds) => report?.(`  … Starting ${name}: ${seconds} s`));
		if (await becomesReady(url, role, () => ended !== undefined).finally(enough)) {
			return { url, port, installation, userFolder, logFile, exited, log, pid: child.process.pid ?? 0, stop: child.stop, kill: child.kill };
		}
		ended ??= `was not ready after ${START_TIMEOUT_MS / 1000} s`;
		await child.stop();
		if (!/EADDRINUSE|already in use/.test(log())) break;
	}
	throw new Error(`${name} ${ended}. The end of its log (${logFile}):\n\n${lastLines(log(), 25)}`);
}
