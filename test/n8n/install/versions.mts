/** What must be known of an n8n release to install and start it. */
export interface N8nRelease {
	version: string;
	/** Majors of Node it runs on. Narrower than its own `engines` where a native module has no build for one of them. */
	nodeMajors: readonly number[];
	/** Modules to switch off, since they reach for the internet or cost start-up time. Unknown names make n8n refuse to start. */
	disabledModules: readonly string[];
	/** Whether its scheduler polls, where it is told to, and keeps what triggers remember in a table of its own. */
	hasDurablePolls: boolean;
}

/**
 * The n8n releases this package is run on, newest first: the newest one that is known to install completely, the first of
 * major version 2, the last of 1 (whose `isolated-vm` neither builds on Node 20 nor brings a build for it, hence Node 24).
 */
const RELEASES: readonly N8nRelease[] = [
	{ version: '2.40.7', nodeMajors: [24], disabledModules: ['mcp-registry', 'instance-ai', 'chat-hub', 'agents', 'mcp'], hasDurablePolls: true },
	{ version: '2.0.3', nodeMajors: [20, 22, 24], disabledModules: [], hasDurablePolls: false },
	{ version: '1.123.81', nodeMajors: [24], disabledModules: [], hasDurablePolls: false },
];

export const N8N_VERSIONS = RELEASES.map(({ version }) => version);
export const NEWEST_N8N = N8N_VERSIONS[0] as string;

/** Looks a release up; an unknown version is an error that names the known ones. */
export function n8nRelease(version: string): N8nRelease {
	const release = RELEASES.find((known) => known.version === version);
	if (release) return release;
	throw new Error(`n8n ${version} is not one of the releases this project runs on: ${N8N_VERSIONS.join(', ')}.`);
}
