import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startSandbox } from '../../sandbox/client.mts';
import type { N8nInstallation } from '../install/installN8n.mts';
import { pixxelCredential } from '../instance/bringUp.mts';
import { type Item, N8nClient, whatFailed, type Workflow } from '../instance/n8nClient.mts';
import { installNode } from '../install/packNode.mts';
import { runFolder } from '../install/projectRoot.mts';
import type { Report } from '../process/runCommand.mts';
import { startChatModel } from '../standIns/chatModel.mts';
import { startMailServer } from '../standIns/mailServer.mts';
import { amazonsHostsAt, OBJECT_STORE_KEYS, startObjectStore } from '../standIns/objectStore.mts';
import { startN8n } from '../instance/startN8n.mts';

export const BINARY_MODES = ['filesystem', 'default', 'database'] as const;
export type BinaryMode = (typeof BINARY_MODES)[number];

/** What every scenario has at hand: an n8n with the node in it, and everything it talks to. */
export type Stage = Awaited<ReturnType<typeof setStage>>;

export interface RunOptions {
	/** Whether its execution holds a signed URL on purpose. */
	givesLinks?: boolean;
	trigger?: string;
	triggerItems?: Item[];
	/** In place of success. */
	endsAs?: 'error';
}

/** One thing that must hold in every n8n. The sandbox is as new before each. Throws where it does not hold. */
export interface Scenario {
	name: string;
	run(stage: Stage): Promise<void>;
}

/** Several, by their names. */
export const scenarios = (runs: Record<string, Scenario['run']>): Scenario[] => Object.entries(runs).map(([name, run]) => ({ name, run }));

/** How long packaging takes here: the node finds the package unready once, and then ready. */
export const READY_AFTER_MS = 1_200;
const JOB_TAKES_MS = 2_500;

/** The names that n8n gives to a new credential of each type: a workflow that names them finds them. */
export const CREDENTIAL_NAMES = {
	pixxelApi: 'Pixxel account',
	smtp: 'SMTP account',
	s3: 'S3 account',
	aws: 'AWS (IAM) account',
	openAiApi: 'OpenAi account',
	googleDriveOAuth2Api: 'Google Drive account',
} as const;

/** How an n8n is set up. */
export interface Setup {
	binaryMode: BinaryMode;
	/** Whether its scheduler polls, with a memory for each trigger that is a row of the database. */
	hasDurablePolls?: boolean;
}

const DURABLE_POLLS = { N8N_SCHEDULER_ENABLED: 'true', N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true', N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true' };

/** Where n8n's log is to be found afterwards. */
export function logFileOf(version: string, { binaryMode, hasDurablePolls }: Setup): string {
	return runFolder(`matrix-${version}-${binaryMode}${hasDurablePolls ? '-durable-polls' : ''}.log`);
}

/** Starts what an n8n talks to; `opened` is told of each. */
async function startOthers({ node }: N8nInstallation, opened: <Thing extends { stop(): Promise<void> }>(thing: Thing) => Thing) {
	return {
		sandbox: opened(await startSandbox({ readyAfterMs: READY_AFTER_MS, jobTakesMs: JOB_TAKES_MS })),
		mail: opened(await startMailServer()),
		objectStore: opened(await startObjectStore(node)),
		chatModel: opened(await startChatModel()),
	};
}

/** Saves one credential for each service. Returns the one for Pixxel, which has the right key. */
async function saveCredentials(client: N8nClient, { sandbox, mail, objectStore, chatModel }: Awaited<ReturnType<typeof startOthers>>) {
	const save = async (type: keyof typeof CREDENTIAL_NAMES, data: Record<string, unknown>) =>
		await client.saveCredential({ name: CREDENTIAL_NAMES[type], type, data });
	await save('smtp', { host: '127.0.0.1', port: mail.port, secure: false, disableStartTls: true });
	await save('s3', { ...OBJECT_STORE_KEYS, endpoint: objectStore.url, region: 'us-east-1', forcePathStyle: true });
	await save('aws', { ...OBJECT_STORE_KEYS, region: 'us-east-1', customEndpoints: true, s3Endpoint: 'http://s3.us-east-1.amazonaws.com' });
	await save('openAiApi', { apiKey: 'stand-in', url: chatModel.url });
	// Never signed in to: nothing here may reach Google.
	await save('googleDriveOAuth2Api', { clientId: 'none', clientSecret: 'none' });
	return await client.saveCredential(pixxelCredential(sandbox));
}

/** Brings up a fresh n8n with the packed node, as users install it. */
export async function setStage(installation: N8nInstallation, tarball: string, setup: Setup, report: Report) {
	const { binaryMode, hasDurablePolls } = setup;
	const stops: Array<() => Promise<void>> = [];
	const stop = async () => {
		for (const each of stops.splice(0).reverse()) await each();
	};
	const opened = <Thing extends { stop(): Promise<void> }>(thing: Thing): Thing => {
		stops.push(() => thing.stop());
		return thing;
	};
	try {
		// Outside the checkout: from inside it, the node would find the checkout's n8n-workflow instead of n8n's own.
		const userFolder = mkdtempSync(join(tmpdir(), 'n8n-'));
		const log = join(userFolder, 'n8n.log');
		stops.push(async () => {
			if (existsSync(log)) copyFileSync(log, logFileOf(installation.release.version, setup));
			rmSync(userFolder, { recursive: true, force: true });
		});
		await installNode(userFolder, tarball, () => {});
		const others = await startOthers(installation, opened);
		// All that n8n can say: what the log must not hold, it must not hold then either.
		const env = { ...amazonsHostsAt(others.objectStore), ...(hasDurablePolls && DURABLE_POLLS) };
		const n8n = opened(await startN8n({ installation, userFolder, binaryDataMode: binaryMode, logLevel: 'debug', env, report }));
		const client = await N8nClient.signIn(n8n);
		const pixxel = await saveCredentials(client, others);
		/** Workflows whose executions hold a signed URL on purpose. */
		const givesLinks = new Set<string>();
		const { id: project } = await client.request<{ id: string }>('GET', '/projects/personal');
		const create = (workflow: Workflow) => client.createWorkflow(workflow, project);
		return {
			...{ ...others, binaryMode, n8n, client, pixxel, givesLinks, create, stop },
			nodeTypes: await client.nodeTypes(),
			/** Creates a workflow, runs it as the Execute button does, and waits until that has ended. Throws unless it has succeeded. */
			async run(workflow: Workflow, options: RunOptions = {}) {
				const { id } = await create(workflow);
				if (options.givesLinks) givesLinks.add(id);
				const execution = await client.waitForExecution(await client.runWorkflow(id, options.trigger, options.triggerItems), 60_000);
				assert.equal(execution.status, options.endsAs ?? 'success', whatFailed(execution));
				return execution;
			},
		};
	} catch (error) {
		await stop();
		throw error;
	}
}
