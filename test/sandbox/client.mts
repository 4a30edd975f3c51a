import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../n8n/install/projectRoot.mts';
import type { Controls, KnownIds, SandboxKeys, SandboxOptions } from './types.mts';
import { keys, known } from './world/wellKnown.mts';

export type * from './types.mts';
export { keys, known };

/** The same functions, called in another process. */
type Remote<Functions> = {
	[Name in keyof Functions]: Functions[Name] extends (...given: infer Given) => infer Answer
		? (...given: Given) => Promise<Awaited<Answer>>
		: never;
};

/** A sandbox running as a process of its own, and every way to drive it. */
export interface SandboxHandle extends Remote<Controls> {
	/** Base URL for the credential, without a trailing slash. */
	url: string;
	pid: number;
	keys: SandboxKeys;
	known: KnownIds;
	/** Host and port, e.g. for nock's `enableNetConnect`. */
	host: string;
	/** The path of Download Task. */
	taskDownloadPath: (task: { workflowId: string; jobId: string; taskId: string }) => string;
	/** What the sandbox has logged so far (its last lines), if it was started with `log`. */
	log: () => string;
	/** Ends the process; resolves once it is gone. Safe to call twice. */
	stop: () => Promise<void>;
}

const startWithinMs = 30_000;
const stopWithinMs = 3_000;
const keptLog = 64 * 1024;

/** Where it listens. Rejects when it does not, with what it had to say. */
async function whenListening(child: ChildProcess, log: () => string): Promise<string> {
	const said = once(createInterface(child.stdout as Readable), 'line', { signal: AbortSignal.timeout(startWithinMs) });
	const ended = once(child, 'exit').then(([code]: unknown[]) => Promise.reject(new Error(`it ended with code ${String(code)}`)));
	try {
		const [line] = (await Promise.race([said, ended])) as [string];
		return (JSON.parse(line) as { url: string }).url;
	} catch (cause) {
		child.kill('SIGKILL');
		throw new Error(`The sandbox did not start: ${String(cause)}\n${log()}`, { cause });
	} finally {
		ended.catch(() => undefined);
	}
}

function stopper(child: ChildProcess): () => Promise<void> {
	const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	return async () => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		child.kill('SIGTERM');
		const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
		await gone;
		clearTimeout(timer);
	};
}

/** Sends one control call. Rejects with the sandbox's own words when it refuses. */
async function order(url: string, name: string, given: unknown[]): Promise<unknown> {
	const response = await fetch(`${url}/sandbox/${name}`, { method: 'POST', body: JSON.stringify(given) });
	const text = await response.text();
	if (!response.ok) throw new Error(`Sandbox control call ${name}: ${response.status} ${text}`);
	return JSON.parse(text);
}

/**
 * Starts a sandbox as a process of its own, on any free port unless told otherwise. It ends with `stop`, or with this process.
 * Rejects, with what the sandbox had to say, when it cannot start.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<SandboxHandle> {
	const root = projectRoot();
	const tsx = pathToFileURL(createRequire(join(root, 'package.json')).resolve('tsx')).href;
	const given = [`--port=${options.port ?? 0}`, '--with-parent'];
	if (options.readyAfterMs !== undefined) given.push(`--ready-after-ms=${options.readyAfterMs}`);
	if (options.jobTakesMs !== undefined) given.push(`--job-takes-ms=${options.jobTakesMs}`);
	if (!options.log) given.push('--quiet');
	const child = spawn(process.execPath, ['--import', tsx, join(root, 'test', 'sandbox', 'main.mts'), ...given], {
		cwd: root,
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	let said = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-keptLog)));
	const stop = stopper(child);
	const url = await whenListening(child, () => said);
	const handle: Omit<SandboxHandle, keyof Controls> = {
		url,
		pid: child.pid ?? 0,
		keys,
		known,
		host: new URL(url).host,
		taskDownloadPath: ({ workflowId, jobId, taskId }) => `/v0/workflows/${workflowId}/jobs/${jobId}/tasks/${taskId}/download`,
		log: () => said,
		stop,
	};
	// Whatever the handle has not itself is a control call; `then` would make it a promise.
	return new Proxy(handle as SandboxHandle, {
		get: (own, name) => (name in own || typeof name === 'symbol' || name === 'then' ? Reflect.get(own, name) : (...given: unknown[]) => order(url, name, given)),
	});
}
