import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { SandboxHandle } from '../../sandbox/client.mts';
import { holdLock, ownerOf } from '../install/folderLock.mts';
import { installN8n } from '../install/installN8n.mts';
import { installNode, packNode } from '../install/packNode.mts';
import { n8nUserFolder } from '../install/projectRoot.mts';
import { NEWEST_N8N } from '../install/versions.mts';
import type { Report } from '../process/runCommand.mts';
import { type CredentialInput, N8nClient } from './n8nClient.mts';
import { type N8nServer, type N8nServerOptions, startN8n } from './startN8n.mts';

/** An n8n of a command's own. */
interface OwnN8n extends Partial<Pick<N8nServerOptions, 'preferredPort' | 'env'>> {
	/** The newest unless said otherwise. */
	version?: string;
	/** Names the folder of what it keeps from one run to the next. */
	folder: string;
	/** Whether it is as empty as a newcomer's. */
	isEmpty?: boolean;
	/** Called once the node is installed there, before n8n starts. */
	beforeStart?: (userFolder: string) => Promise<void>;
	/** What is said where this runs already: two n8n on one database would get into each other's way. */
	runsAlready: string;
}

/** Installs n8n and the packed node, starts it, and signs in. */
export async function bringUp(own: OwnN8n, report: Report): Promise<{ n8n: N8nServer; client: N8nClient }> {
	const { version = NEWEST_N8N, folder, isEmpty = false, beforeStart, runsAlready, ...options } = own;
	const userFolder = n8nUserFolder(folder);
	const lock = `${userFolder}.lock`;
	if (!holdLock(lock)) throw new Error(`${runsAlready} (process ${ownerOf(lock) ?? 0}). Stop it first, with Ctrl-C in its terminal.`);
	const data = join(userFolder, '.n8n');
	const kept = isEmpty && existsSync(data) ? readdirSync(data).filter((name) => name !== 'nodes') : [];
	for (const name of kept) rmSync(join(data, name), { recursive: true, force: true });

	const installation = await installN8n(version, report);
	await installNode(userFolder, await packNode(report), report);
	await beforeStart?.(userFolder);
	report(`Starting n8n ${version}.`);
	// What n8n 2 does by itself; n8n 1 would keep files in memory, without an address to fetch them from.
	const n8n = await startN8n({ ...options, installation, userFolder, binaryDataMode: 'filesystem', report });
	return { n8n, client: await N8nClient.signIn(n8n) };
}

/** The credential for a sandbox, with the right key unless said otherwise, under the name that n8n proposes for it. */
export function pixxelCredential({ url, keys }: Pick<SandboxHandle, 'url' | 'keys'>, apiKey: string = keys.valid, name = 'Pixxel account'): CredentialInput {
	return { name, type: 'pixxelApi', data: { apiKey, authScheme: 'apiKey', baseUrl: url } };
}
