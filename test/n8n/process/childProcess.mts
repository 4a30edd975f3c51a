import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';

import { killAtExit, stopAtEnd } from './shutdown.mts';

/** A child process that does not outlive this one. */
export type Child = ReturnType<typeof startChild>;

const DEFAULT_GRACE_MS = 15_000;
const isWindows = process.platform === 'win32';

/** Sends a signal to a child and everything it started. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
	if (child.pid === undefined) return;
	try {
		// The negative id means the whole group, which Windows does not have.
		if (isWindows) child.kill(signal);
		else process.kill(-child.pid, signal);
	} catch {
		// Nobody of the group is left.
	}
}

/**
 * Starts a child process in a group of its own, so that it can be ended together with whatever it starts itself (n8n
 * its task runner, npm the compilers), and ends it at the latest when this process ends.
 */
export function startChild(command: string, args: readonly string[], options: SpawnOptions) {
	const child = spawn(command, args, { ...options, detached: !isWindows });
	const forgetLastResort = killAtExit(() => signalGroup(child, 'SIGKILL'));

	/** Rejects when it could not be started at all. */
	const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code, signal) => resolve({ code, signal }));
	});

	const ended = exited.catch(() => undefined);
	/** Ends it and its own children at once, with no chance to tidy up. */
	const kill = async (): Promise<void> => {
		signalGroup(child, 'SIGKILL');
		await ended;
	};
	/** Asks them to end, and after `graceMs` sees to it. */
	const stop = async (graceMs = DEFAULT_GRACE_MS): Promise<void> => {
		signalGroup(child, 'SIGTERM');
		const insist = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
		await ended;
		clearTimeout(insist);
		// What the child started and did not wait for.
		signalGroup(child, 'SIGKILL');
	};

	const forgetStop = stopAtEnd(() => stop());
	void ended.then(() => {
		forgetLastResort();
		forgetStop();
	});
	return { process: child, exited, stop, kill };
}
