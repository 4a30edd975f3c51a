import { symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { INodeExecutionData } from 'n8n-workflow';
import type { N8nInstallation } from '../n8n/install/installN8n.mts';
import { n8nEnvironment } from '../n8n/instance/n8nEnvironment.mts';
import { projectRoot } from '../n8n/install/projectRoot.mts';
import { runCommand } from '../n8n/process/runCommand.mts';
import type { Figures } from './measure.mts';
import { removeFolder, takeFolder } from './scratch.mts';

/** One node in a chain of them. */
export interface NodeRun {
	nodeName: 'pixxel' | 'httpRequest' | 'compression';
	parameters: object;
	/** Where the Pixxel node finds the API. */
	apiUrl?: string;
	/** What the node gets; the output of the one before where left out. */
	items?: INodeExecutionData[];
	/** Goes before everything else, and is not measured. */
	isWarmUp?: boolean;
	/** That it cannot do it is a finding, and not the end of the benchmark. */
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
	const folder = takeFolder();
	const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
	await runCommand(process.execPath, [tsc, '--outDir', join(folder, 'dist')], { label: 'Building the node', cwd: root });
	symlinkSync(join(installation.folder, 'node_modules'), join(folder, 'node_modules'), 'junction');
	return { installation, folder };
}

/** Runs a chain of nodes in a fresh process. */
export async function runNodes({ installation, folder }: N8nForBench, runs: NodeRun[], key: string): Promise<RunFigures> {
	const root = projectRoot();
	const userFolder = takeFolder();
	const tsx = pathToFileURL(createRequire(join(root, 'package.json')).resolve('tsx')).href;
	const order = JSON.stringify({ folder, runs, key });
	try {
		const output = await runCommand(
			installation.node,
			['--import', tsx, join(root, 'test', 'bench', 'n8nRunner.mts'), order],
			{
				label: 'Running a node',
				cwd: root,
				env: n8nEnvironment(installation.release, userFolder, {
					N8N_ENCRYPTION_KEY: 'only-for-the-bench',
					N8N_LOG_LEVEL: 'silent',
				}),
			},
		);
		return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as RunFigures;
	} finally {
		removeFolder(userFolder);
	}
}
