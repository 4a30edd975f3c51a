import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killAtExit } from '../n8n/process/shutdown.mts';

/**
 * A fresh temporary folder. It is removed when this process ends, however that comes about: there may be
 * many gigabytes in it.
 */
export function takeFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'pixxel-bench-'));
	killAtExit(() => removeFolder(folder));
	return folder;
}

/** Removes such a folder before that. */
export function removeFolder(folder: string): void {
	rmSync(folder, { recursive: true, force: true });
}
