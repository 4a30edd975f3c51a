import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Whether a folder is the checkout of this package. */
function isProjectRoot(folder: string): boolean {
	const manifest = join(folder, 'package.json');
	if (!existsSync(manifest)) return false;
	return (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'n8n-nodes-pixxel';
}

/**
 * The folder of the checkout, found upwards from the working directory. Not from `import.meta`: these files also run
 * compiled to CommonJS, which has none.
 */
export function projectRoot(): string {
	for (let folder = process.cwd(); ; folder = dirname(folder)) {
		if (isProjectRoot(folder)) return folder;
		if (folder === dirname(folder)) {
			throw new Error('Start this command inside the n8n-nodes-pixxel checkout.');
		}
	}
}

/** Where everything lives that a real n8n needs: its installation, its data, its logs. Safe to delete as a whole. */
export function runFolder(...inside: string[]): string {
	return join(projectRoot(), '.n8n-run', ...inside);
}

/**
 * The folder in which one n8n keeps its database, files, community nodes and caches. Below a `node_modules`, because n8n's
 * linter takes on every JavaScript file outside one, and the editor's bundles are thousands.
 */
export function n8nUserFolder(name: string): string {
	return runFolder('node_modules', name);
}
