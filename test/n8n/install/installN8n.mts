import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { nodeIn, nodePackage } from './bundledNode.mts';
import { withLock } from './folderLock.mts';
import { childEnvironment, npm, npmInstall } from './npm.mts';
import { pathOf, providePrograms } from './programs.mts';
import { runFolder } from './projectRoot.mts';
import type { Report } from '../process/runCommand.mts';
import { n8nRelease, type N8nRelease } from './versions.mts';

/** An n8n that is ready to be started. */
export interface N8nInstallation {
	release: N8nRelease;
	folder: string;
	/** The Node that runs it. */
	node: string;
	/** n8n's command: run it with `node`. */
	bin: string;
}

/** What compiling SQLite for Node takes: each tool, and the names it goes by. */
const COMPILERS = { 'C++ compiler': ['g++', 'c++', 'clang++'], make: ['make', 'gmake'], Python: ['python3', 'python'] };

/** Where a Node keeps its C headers, which compiling against it takes; `undefined` where it came without. */
function headersOf(node: string): string | undefined {
	// Beside the binary on Windows and in npm's packages for it, one folder up everywhere else.
	const folders = [dirname(node), dirname(dirname(node))];
	return folders.find((folder) => existsSync(join(folder, 'include', 'node', 'node_api.h')));
}

/** Whether the machine's own Node can run this release, and can have native modules compiled for it without the internet. */
function ownNodeFits({ nodeMajors }: N8nRelease): boolean {
	const major = Number(process.versions.node.split('.')[0]);
	return nodeMajors.includes(major) && headersOf(process.execPath) !== undefined;
}

/** The package.json of the folder n8n is installed into. */
function manifestFor(release: N8nRelease): object {
	const bundled = ownNodeFits(release) ? undefined : nodePackage();
	return {
		private: true,
		description: `n8n ${release.version}, installed by the n8n-nodes-pixxel checkout around it. Safe to delete.`,
		dependencies: {
			n8n: release.version,
			...(bundled && { [bundled.name]: bundled.version }),
		},
		overrides: {
			// n8n takes it from a server outside the npm registry, which not every network reaches.
			xlsx: '0.18.5',
			// SQLite asks for a node-gyp that no longer starts on Python 3.12.
			'node-gyp': '11.4.2',
		},
	};
}

function describeInstallation(release: N8nRelease): N8nInstallation {
	const folder = runFolder(`n8n-${release.version}`);
	const node = ownNodeFits(release) ? process.execPath : nodeIn(folder);
	return { release, folder, node, bin: join(folder, 'node_modules', 'n8n', 'bin', 'n8n') };
}

/** Whether n8n's database driver starts, which it only does once it is compiled. */
function sqliteLoads({ node, folder }: N8nInstallation): boolean {
	return spawnSync(node, ['-e', "require('sqlite3')"], { cwd: folder, stdio: 'ignore', env: childEnvironment() }).status === 0;
}

/** Windows has its compilers elsewhere; node-gyp finds them, or says itself what to install. */
const missingCompilers = () =>
	process.platform === 'win32' ? [] : Object.entries(COMPILERS).flatMap(([tool, names]) => (names.some((name) => pathOf(name)) ? [] : [tool]));

function compilersElsewhere(): string | undefined {
	if (process.platform === 'darwin') return 'xcode-select --install';
	return existsSync('/etc/alpine-release') ? 'apk add build-base python3' : undefined;
}

async function compileSqlite(installation: N8nInstallation, report: Report): Promise<void> {
	const { node, folder } = installation;
	const rebuild = () =>
		npm(['rebuild', 'sqlite3', '--ignore-scripts=false', '--foreground-scripts', '--no-audit', '--no-fund'], {
			label: 'Compiling SQLite',
			cwd: folder,
			env: { npm_config_nodedir: headersOf(node) },
			report,
		});
	report('Compiling SQLite for n8n: about a minute.');
	try {
		await rebuild();
	} catch (error) {
		// Only now: where a ready-made build can be downloaded, no compiler is needed.
		if (missingCompilers().length === 0) throw error;
		await providePrograms('SQLite, which n8n keeps its data in', missingCompilers, ['build-essential', 'python3'], report, compilersElsewhere());
		await rebuild();
	}
}

/** Where it is written that an installation is complete, and what it was made by. */
const stampOf = (folder: string) => join(folder, 'installed.json');

/** Whether this release has been installed here already. */
export const isInstalled = (version: string) => existsSync(stampOf(describeInstallation(n8nRelease(version)).folder));

/**
 * Installs an n8n release into a folder of its own under `.n8n-run`, together with a Node that can run it where the
 * machine's own is too old or too new. Does nothing when that is done already, and finishes what was interrupted.
 */
export async function installN8n(version: string, report: Report = console.log): Promise<N8nInstallation> {
	const release = n8nRelease(version);
	const installation = describeInstallation(release);
	const { folder } = installation;
	const manifest = `${JSON.stringify(manifestFor(release), null, '\t')}\n`;

	/** Written last, and only then: it holds what was installed, so that a changed recipe installs again. */
	const stamp = stampOf(folder);
	const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === manifest && existsSync(installation.node);
	if (isInstalled()) return installation;

	return await withLock(`${folder}.lock`, report, async () => {
		if (isInstalled()) return installation;
		const startedAt = Date.now();
		mkdirSync(folder, { recursive: true });
		rmSync(stamp, { force: true });
		writeFileSync(join(folder, 'package.json'), manifest);

		report(`Installing n8n ${version}: 3 to 5 minutes and about 3 GB, once.`);
		await npmInstall(['--loglevel=error'], { label: `Installing n8n ${version}`, cwd: folder, report });
		if (!sqliteLoads(installation)) await compileSqlite(installation, report);
		if (!sqliteLoads(installation)) {
			throw new Error(`SQLite was compiled but does not load in ${installation.node}. Delete ${folder} and start again.`);
		}

		writeFileSync(stamp, manifest);
		report(`n8n ${version} installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
		return installation;
	});
}
