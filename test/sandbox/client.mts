import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../n8n/install/projectRoot.mts';
import type { Controls } from './control/control.mts';
import type { TaskPath } from './types.mts';
import { keys, known } from './world/wellKnown.mts';

export type * from './types.mts';
export { keys, known };
export type KnownIds = typeof known;

/** The same functions, called in another process. */
type Remote<Functions> = {
	[Name in keyof Functions]: Functions[Name] extends (...given: infer Given) => infer Answer
		? (...given: Given) => Promise<Awaited<Answer>>
		: never;
};

/** A sandbox running as a process of its own, and every way to drive it. */
export type SandboxHandle = Remote<Controls> & Awaited<ReturnType<typeof startProcess>>;

const stopWithinMs = 3_000;

/** Ends a process; resolves once it is gone. */
async function stop(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = once(child, 'exit');
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
	await gone;
	clearTimeout(timer);
}

/** How the sandbox is started. */
interface SandboxOptions {
	/** Time from the first PUT for a package until it is ready, milliseconds. */
	readyAfterMs?: number;
	/** Time a job takes that is created through the API, milliseconds. */
	jobTakesMs?: number;
}

async function startProcess({ readyAfterMs, jobTakesMs }: SandboxOptions) {
	const root = projectRoot();
	const tsx = pathToFileURL(createRequire(join(root, 'package.json')).resolve('tsx')).href;
	const given = ['--quiet', '--with-parent'];
	if (readyAfterMs !== undefined) given.push(`--ready-after-ms=${readyAfterMs}`);
	if (jobTakesMs !== undefined) given.push(`--job-takes-ms=${jobTakesMs}`);
	const child = spawn(process.execPath, ['--import', tsx, join(root, 'test', 'sandbox', 'main.mts'), ...given], {
		cwd: root,
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const said = once(child.stdout, 'data').then(([line]) => JSON.parse(String(line)) as { url: string; controlUrl: string });
	const ended = once(child, 'exit').then(() => Promise.reject(new Error('The sandbox did not start: why, it has written to stderr.')));
	const { url, controlUrl } = await Promise.race([said, ended]);
	return {
		/** Base URL for the credential, without a trailing slash. */
		url,
		controlUrl,
		keys,
		known,
		/** Host and port. */
		host: new URL(url).host,
		/** The path of Download Task. */
		taskDownloadPath: ({ workflowId, jobId, taskId }: Omit<TaskPath, 'projectId'>) =>
			`/v0/workflows/${workflowId}/jobs/${jobId}/tasks/${taskId}/download`,
		/** Ends the process; resolves once it is gone. Safe to call twice. */
		stop: () => stop(child),
	};
}

/** Sends one control call. Rejects with the sandbox's own words when it refuses. */
async function order(url: string, name: string, given: unknown[]): Promise<unknown> {
	const response = await fetch(`${url}/${name}`, { method: 'POST', body: JSON.stringify(given) });
	if (!response.ok) throw new Error(`Sandbox control call ${name}: ${await response.text()}`);
	return await response.json();
}

/** Starts a sandbox as a process of its own, on any free port. It ends with `stop`, or with this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<SandboxHandle> {
	const started = await startProcess(options);
	// Whatever the handle has not itself is a control call; `then` would make it a promise.
	return new Proxy(started as SandboxHandle, {
		get: (own, name) =>
			name in own || typeof name === 'symbol' || name === 'then' ? Reflect.get(own, name) : (...given: unknown[]) => order(started.controlUrl, name, given),
	});
}
