import { fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../n8n/install/projectRoot.mts';
import type { Controls, Obeyed, Order } from './control/control.mts';
import type { TaskPath } from './types.mts';
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
export type SandboxHandle = Remote<Controls> & Omit<Awaited<ReturnType<typeof startProcess>>, 'order'>;

/** How the sandbox is started. */
interface SandboxOptions {
	/** Time from the first PUT for a package until it is ready, milliseconds. */
	readyAfterMs?: number;
	/** Time a job takes that is created through the API, milliseconds. */
	jobTakesMs?: number;
	/** A command that it runs in: its address is good there. */
	within?: readonly string[];
	/** Whether this process goes on for its sake when nothing else is to be done. */
	keepsParent?: boolean;
}

async function startProcess({ readyAfterMs, jobTakesMs, within = [], keepsParent = true }: SandboxOptions) {
	const root = projectRoot();
	const tsx = pathToFileURL(createRequire(join(root, 'package.json')).resolve('tsx')).href;
	const given = ['--quiet'];
	if (readyAfterMs !== undefined) given.push(`--ready-after-ms=${readyAfterMs}`);
	if (jobTakesMs !== undefined) given.push(`--job-takes-ms=${jobTakesMs}`);
	const [execPath = '', ...execArgv] = [...within, process.execPath, '--import', tsx];
	const child = fork(join(root, 'test', 'sandbox', 'main.mts'), given, { cwd: root, execPath, execArgv, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
	const ended = once(child, 'exit').then(() => Promise.reject(new Error('The sandbox has ended, or did not start: why, it has written to stderr.')));
	const [said] = (await Promise.race([once(child.stdout as Readable, 'data'), ended])) as [Buffer];
	const { url } = JSON.parse(String(said)) as { url: string };
	if (!keepsParent) for (const each of [child, child.channel, child.stdout as Socket]) each?.unref();
	const obeyed = new EventEmitter().setMaxListeners(0);
	child.on('message', (what: Obeyed) => obeyed.emit(String(what.id), what));
	let orders = 0;
	/** Sends one control call. Rejects with the sandbox's own words when it refuses. */
	const order = async (name: string, given: unknown[]) => {
		const id = ++orders;
		child.send({ id, name, given } satisfies Order);
		const [{ answer, refusal }] = (await Promise.race([once(obeyed, String(id)), ended])) as [Obeyed];
		if (refusal !== undefined) throw new Error(`Sandbox control call ${name}: ${refusal}`);
		return answer;
	};
	return {
		/** Base URL for the credential, without a trailing slash. */
		url,
		keys,
		known,
		/** Host and port. */
		host: new URL(url).host,
		/** The path of Download Task. */
		taskDownloadPath: ({ workflowId, jobId, taskId }: Omit<TaskPath, 'projectId'>) =>
			`/v0/workflows/${workflowId}/jobs/${jobId}/tasks/${taskId}/download`,
		/** Ends the process; resolves once it is gone. Safe to call twice. */
		async stop() {
			// It has nothing to tidy up.
			child.kill('SIGKILL');
			await ended.catch(() => undefined);
		},
		order,
	};
}

/** Starts a sandbox as a process of its own, on any free port. It ends with `stop`, or with this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<SandboxHandle> {
	const { order, ...started } = await startProcess(options);
	// Whatever the handle has not itself is a control call; `then` would make it a promise.
	return new Proxy(started as SandboxHandle, {
		get: (own, name) =>
			name in own || typeof name === 'symbol' || name === 'then' ? Reflect.get(own, name) : (...given: unknown[]) => order(name, given),
	});
}
