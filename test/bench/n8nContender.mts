import { symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { N8nInstallation } from '../n8n/install/installN8n.mts';
import { projectRoot } from '../n8n/install/projectRoot.mts';
import { n8nEnvironment } from '../n8n/instance/startN8n.mts';
import { runCommand } from '../n8n/process/runCommand.mts';
import { removeFolder, takeFolder } from '../n8n/process/temporaryFolder.mts';

/** What a piece of work cost. */
export interface Figures {
	seconds: number;
	/** Of the whole process, all its threads, in user mode and in the kernel. */
	cpuSeconds: number;
	/** Most resident memory at any time, less what there was before; undefined where it cannot be known. */
	memoryGrowthBytes?: number;
	/** Why it went no further, where it did not do all of the work. */
	stoppedBy?: string;
}

/** One node in a chain of them; each gets what the one before it gave. */
export interface NodeRun {
	nodeName: 'pixxel' | 'httpRequest' | 'compression';
	parameters: object;
}

/** What is run, and before that what is not measured. */
export interface Order {
	warmUp: NodeRun[];
	chain: NodeRun[];
	/** Items that the first node gets; one where left out. */
	count?: number;
	/** Where the Pixxel node finds the API, and what it says there. */
	api: { baseUrl: string; apiKey: string };
	/** That the nodes cannot do it is a finding, and not the end of the benchmark. */
	mayStop?: boolean;
}

export interface RunFigures extends Figures {
	/** Bytes of each file that came out. */
	sizes: number[];
}

/** An n8n with this package's node beside it. */
export interface N8nForBench {
	installation: N8nInstallation;
	folder: string;
}

/**
 * Compiles the node into a folder of its own, where it finds what it imports in the given n8n, as an
 * installed node does. The checkout's own `dist` stays as it is.
 */
export async function prepareN8n(installation: N8nInstallation): Promise<N8nForBench> {
	const root = projectRoot();
	const folder = takeFolder('bench');
	const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
	await runCommand(process.execPath, [tsc, '--outDir', join(folder, 'dist')], { label: 'Building the node', cwd: root });
	symlinkSync(join(installation.folder, 'node_modules'), join(folder, 'node_modules'), 'junction');
	return { installation, folder };
}

/**
 * Runs a chain of nodes in a fresh process.
 *
 * @param within a command that the process runs in
 */
export async function runNodes({ installation, folder }: N8nForBench, order: Order, within: readonly string[]): Promise<RunFigures> {
	const root = projectRoot();
	const userFolder = takeFolder('bench');
	const tsx = pathToFileURL(createRequire(join(root, 'package.json')).resolve('tsx')).href;
	const runner = [installation.node, '--import', tsx, join(root, 'test', 'bench', 'n8nRunner.mts'), folder, JSON.stringify(order)];
	const [command = '', ...words] = [...within, ...runner];
	const quiet = { N8N_ENCRYPTION_KEY: 'only-for-the-bench', N8N_LOG_LEVEL: 'silent' };
	const env = n8nEnvironment(installation.release, userFolder, quiet);
	try {
		const output = await runCommand(command, words, { label: 'Running a node', cwd: root, env });
		return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as RunFigures;
	} finally {
		removeFolder(userFolder);
	}
}
