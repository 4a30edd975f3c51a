import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

import { killAtExit } from '../process/shutdown.mts';
import { keepSaying, until } from '../process/until.mts';
import type { Report } from '../process/runCommand.mts';

const LOOK_AGAIN_MS = 1_000;
/** Longer than any installation takes. */
const LONGEST_WAIT_MS = 30 * 60_000;

/** The locks that this process holds. */
const held = new Set<string>();

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

/** The processes that hold a lock, or are just trying to: each has a file of its own, which means nothing once it has died. */
function claimants(lockFile: string): number[] {
	const folder = dirname(lockFile);
	const beginning = `${basename(lockFile)}.`;
	const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(beginning)) : [];
	return names.map((name) => Number(name.slice(beginning.length))).filter((pid) => pid > 0 && pid !== process.pid && isAlive(pid));
}

/** The process that holds a lock, if there is one. */
export function ownerOf(lockFile: string): number | undefined {
	return held.has(lockFile) ? process.pid : claimants(lockFile)[0];
}

/** Holds a lock, also one whose process has died, until this process ends. Returns how to give it back before; nothing where another holds it. */
export function holdLock(lockFile: string): (() => void) | undefined {
	mkdirSync(dirname(lockFile), { recursive: true });
	if (ownerOf(lockFile) !== undefined) return undefined;
	const own = `${lockFile}.${process.pid}`;
	const giveBack = () => {
		rmSync(own, { force: true });
		held.delete(lockFile);
	};
	// First say so, then look: of two at the same moment, one at least sees the other.
	writeFileSync(own, '');
	if (claimants(lockFile).length > 0) {
		giveBack();
		return undefined;
	}
	held.add(lockFile);
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
