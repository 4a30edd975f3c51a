import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { killAtExit } from '../process/shutdown.mts';
import { until } from '../process/until.mts';
import type { Report } from '../process/runCommand.mts';

const LOOK_AGAIN_MS = 1_000;
const SAY_AGAIN_MS = 5_000;
/** Longer than any installation takes. */
const LONGEST_WAIT_MS = 30 * 60_000;

/** The process that a lock names, if there is one. */
function ownerOf(lockFile: string): number | undefined {
	try {
		return Number(readFileSync(lockFile, 'utf8')) || undefined;
	} catch {
		return undefined;
	}
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

/** Takes the lock file, also from a process that has died with it. Says whether that worked. */
function take(lockFile: string): boolean {
	mkdirSync(dirname(lockFile), { recursive: true });
	const owner = ownerOf(lockFile);
	// An empty one is just being written.
	if (owner !== undefined && !isAlive(owner)) rmSync(lockFile, { force: true });
	try {
		writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
		return true;
	} catch {
		return false;
	}
}

/** Holds a lock file until this process ends. Returns nothing, or the process that holds it already. */
export function holdLock(lockFile: string): number | undefined {
	if (!take(lockFile)) return ownerOf(lockFile) ?? 0;
	killAtExit(() => rmSync(lockFile, { force: true }));
	return undefined;
}

/**
 * Does some work while holding a lock file, so that two commands at the same time (`npm start` beside `npm test`) do not
 * install into one folder at once: the second waits, and then finds the work done.
 */
export async function withLock<T>(lockFile: string, report: Report, work: () => Promise<T>): Promise<T> {
	const say = () => report(`Waiting for another command that is at work here (its lock: ${lockFile}) …`);
	const saying = setInterval(say, SAY_AGAIN_MS);
	const isFree = async () => take(lockFile);
	await until(`process ${ownerOf(lockFile)} has given back ${lockFile}`, isFree, LONGEST_WAIT_MS, LOOK_AGAIN_MS).finally(() => clearInterval(saying));
	const giveBack = () => rmSync(lockFile, { force: true });
	const forget = killAtExit(giveBack);
	try {
		return await work();
	} finally {
		giveBack();
		forget();
	}
}
