import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { killAtExit } from '../process/shutdown.mts';
import { keepSaying, until } from '../process/until.mts';
import type { Report } from '../process/runCommand.mts';

const LOOK_AGAIN_MS = 1_000;
/** Longer than any installation takes. */
const LONGEST_WAIT_MS = 30 * 60_000;

/** The process that a lock names, if there is one. */
export function ownerOf(lockFile: string): number | undefined {
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

/** Holds a lock file, also one whose process has died, until this process ends. Returns how to give it back before; nothing where another holds it. */
export function holdLock(lockFile: string): (() => void) | undefined {
	mkdirSync(dirname(lockFile), { recursive: true });
	const giveBack = () => rmSync(lockFile, { force: true });
	const owner = ownerOf(lockFile);
	// An empty one is just being written.
	if (owner !== undefined && !isAlive(owner)) giveBack();
	try {
		writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
	} catch {
		return undefined;
	}
	const forget = killAtExit(giveBack);
	return () => {
		giveBack();
		forget();
	};
}

/**
 * Does some work while holding a lock file, so that two commands at the same time (`npm start` beside `npm test`) do not
 * install into one folder at once: the second waits, and then finds the work done.
 */
export async function withLock<T>(lockFile: string, report: Report, work: () => Promise<T>): Promise<T> {
	const enough = keepSaying(() => report(`Waiting for another command that is at work here (its lock: ${lockFile}) …`));
	const given = `process ${ownerOf(lockFile)} has given back ${lockFile}`;
	const giveBack = await until(given, async () => holdLock(lockFile), LONGEST_WAIT_MS, LOOK_AGAIN_MS).finally(enough);
	return await work().finally(giveBack);
}
