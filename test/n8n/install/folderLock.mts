import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { killAtExit } from '../process/shutdown.mts';
import type { Report } from '../process/runCommand.mts';

const LOOK_AGAIN_MS = 1_000;
const SAY_AGAIN_MS = 15_000;
/** Longer than any installation takes. */
const LONGEST_WAIT_MS = 30 * 60_000;

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** The process that holds a lock, if there is one. */
function ownerOf(lockFile: string): number | undefined {
	try {
		const owner = Number(readFileSync(lockFile, 'utf8'));
		return Number.isInteger(owner) && owner > 0 ? owner : undefined;
	} catch {
		return undefined;
	}
}

/** Takes the lock file, also from a process that has died with it. Says whether that worked. */
function take(lockFile: string): boolean {
	mkdirSync(dirname(lockFile), { recursive: true });
	const owner = ownerOf(lockFile);
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
	let saidAt = 0;
	for (const startedAt = Date.now(); !take(lockFile); ) {
		if (Date.now() - startedAt > LONGEST_WAIT_MS) {
			throw new Error(`Another command (process ${ownerOf(lockFile)}) has been at work here for half an hour. Its lock: ${lockFile}`);
		}
		if (Date.now() - saidAt > SAY_AGAIN_MS) {
			saidAt = Date.now();
			report(`Waiting for another command that is at work here (its lock: ${lockFile}) …`);
		}
		await sleep(LOOK_AGAIN_MS);
	}
	const giveBack = () => rmSync(lockFile, { force: true });
	const forget = killAtExit(giveBack);
	try {
		return await work();
	} finally {
		giveBack();
		forget();
	}
}
