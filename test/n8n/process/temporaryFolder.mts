import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killAtExit } from './shutdown.mts';

/**
 * A fresh temporary folder, removed when this process ends, however that comes about: there may be many gigabytes in it.
 *
 * @param purpose part of its name
 */
export function takeFolder(purpose: string): string {
	const folder = mkdtempSync(join(tmpdir(), `pixxel-${purpose}-`));
	killAtExit(() => removeFolder(folder));
	return folder;
}

/** Removes such a folder before that. */
export function removeFolder(folder: string): void {
	rmSync(folder, { recursive: true, force: true });
}
