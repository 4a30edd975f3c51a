import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { withLock } from './folderLock.mts';
import { childEnvironment, npm, npmInstall } from './npm.mts';
import { projectRoot, runFolder } from './projectRoot.mts';
import { runCommand, type Report } from '../process/runCommand.mts';

const PACKAGE_NAME = 'n8n-nodes-pixxel';

/** All that the published package is made from. */
export const SOURCES = ['nodes', 'credentials', 'index.js', 'gulpfile.js', 'tsconfig.json', 'package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];

/** Every file in a folder, or the file itself. */
function filesIn(path: string): string[] {
	if (!statSync(path).isDirectory()) return [path];
	const paths = readdirSync(path, { recursive: true }).map((name) => join(path, String(name)));
	return paths.filter((each) => statSync(each).isFile()).sort();
}

/** Where the package of these very sources is, once it is packed. */
function folderOfPackage(): string {
	const hash = createHash('sha256');
	for (const file of SOURCES.flatMap(filesIn)) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
	return runFolder('packed', hash.digest('hex').slice(0, 16));
}

function tarballIn(folder: string): string | undefined {
	const name = existsSync(folder) && readdirSync(folder).find((file) => file.endsWith('.tgz'));
	return name ? join(folder, name) : undefined;
}

/**
 * Builds the package and packs it the way `npm publish` would. The same sources are packed once. Returns the path of the
 * tarball; the folder it is in is named after its content.
 */
export async function packNode(report: Report = console.log): Promise<string> {
	return await withLock(runFolder('packed.lock'), report, async () => {
		const folder = folderOfPackage();
		const alreadyPacked = tarballIn(folder);
		if (alreadyPacked) return alreadyPacked;

		report('Building and packing the node.');
		const cwd = projectRoot();
		const gulp = join(cwd, 'node_modules', 'gulp', 'bin', 'gulp.js');
		await runCommand(process.execPath, [gulp], { label: 'Building', cwd, env: childEnvironment(), report });
		mkdirSync(folder, { recursive: true });
		await npm(['pack', '--ignore-scripts', '--pack-destination', folder], { label: 'Packing', cwd, report });

		const tarball = tarballIn(folder);
		if (!tarball) throw new Error(`npm pack left no .tgz file in ${folder}.`);
		return tarball;
	});
}

/**
 * Installs the packed node into an n8n's user folder with the flags n8n itself uses for a community node. An older copy is
 * replaced; the same copy is left alone. A running n8n sees it after its next start.
 */
export async function installNode(userFolder: string, tarball: string, report: Report = console.log): Promise<void> {
	const folder = join(userFolder, '.n8n', 'nodes');
	const installed = join(folder, 'node_modules', PACKAGE_NAME);
	const stamp = join(folder, 'installed-tarball.txt');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === tarball && existsSync(join(installed, 'package.json'))) return;

	mkdirSync(folder, { recursive: true });
	rmSync(stamp, { force: true });
	// The version number is the same as the older copy's, so npm would keep that.
	rmSync(installed, { recursive: true, force: true });
	rmSync(join(folder, 'node_modules', '.package-lock.json'), { force: true });
	writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name: 'installed-nodes', private: true })}\n`);

	report('Installing the node into n8n.');
	const asN8nDoes = ['--omit=dev', '--omit=optional', '--omit=peer', '--package-lock=false', tarball];
	await npmInstall(asN8nDoes, { label: 'Installing the node', cwd: folder, report });
	writeFileSync(stamp, tarball);
}
