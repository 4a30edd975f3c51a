import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { INodeTypeDescription } from 'n8n-workflow';

import { type SandboxHandle, startSandbox } from '../../sandbox/client.mts';
import type { N8nInstallation } from '../install/installN8n.mts';
import { pixxelCredential } from '../instance/bringUp.mts';
import { type Execution, type Item, N8nClient, type SavedWorkflow, type Workflow } from '../instance/n8nClient.mts';
import { installNode } from '../install/packNode.mts';
import { runFolder } from '../install/projectRoot.mts';
import type { Report } from '../process/runCommand.mts';
import { type ChatModel, startChatModel } from '../standIns/chatModel.mts';
import { type MailServer, MAIL_USER, startMailServer } from '../standIns/mailServer.mts';
import { amazonsHostsAt, type ObjectStore, OBJECT_STORE_KEYS, startObjectStore } from '../standIns/objectStore.mts';
import { type N8nServer, startN8n } from '../instance/startN8n.mts';

export const BINARY_MODES = ['filesystem', 'default', 'database'] as const;
export type BinaryMode = (typeof BINARY_MODES)[number];

/** What every scenario has at hand: an n8n with the node in it, and everything it talks to. */
export interface Stage {
	sandbox: SandboxHandle;
	mail: MailServer;
	objectStore: ObjectStore;
	chatModel: ChatModel;
	binaryMode: BinaryMode;
	n8n: N8nServer;
	client: N8nClient;
	nodeTypes: INodeTypeDescription[];
	/** The credential with the right key, under the name that n8n proposes for it. */
	pixxel: { id: string; name: string };
	/** Workflows whose executions hold a signed URL on purpose. */
	givesLinks: Set<string>;
	create(workflow: Workflow): Promise<SavedWorkflow>;
	/** Creates a workflow, runs it as the Execute button does, and waits until that has ended. Throws unless it has succeeded. */
	run(workflow: Workflow, options?: RunOptions): Promise<Execution>;
	stop(): Promise<void>;
}

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

/** Where n8n's log is to be found afterwards. */
export function logFileOf(version: string, binaryMode: BinaryMode): string {
	return runFolder(`matrix-${version}-${binaryMode}.log`);
}

/** Saves one credential for each service. Returns the one for Pixxel. */
async function saveCredentials(client: N8nClient, { sandbox, mail, objectStore, chatModel }: Pick<Stage, 'sandbox' | 'mail' | 'objectStore' | 'chatModel'>): Promise<Stage['pixxel']> {
	const save = async (type: keyof typeof CREDENTIAL_NAMES, data: Record<string, unknown>) =>
		await client.saveCredential({ name: CREDENTIAL_NAMES[type], type, data });
	await save('smtp', { ...MAIL_USER, host: '127.0.0.1', port: mail.port, secure: false, disableStartTls: true });
	await save('s3', { ...OBJECT_STORE_KEYS, endpoint: objectStore.url, region: 'us-east-1', forcePathStyle: true });
	await save('aws', { ...OBJECT_STORE_KEYS, region: 'us-east-1', customEndpoints: true, s3Endpoint: 'http://s3.us-east-1.amazonaws.com' });
	await save('openAiApi', { apiKey: 'stand-in', url: chatModel.url });
	// Never signed in to: nothing here may reach Google.
	await save('googleDriveOAuth2Api', { clientId: 'none', clientSecret: 'none' });
	return await client.saveCredential(pixxelCredential(sandbox));
}

/** In words, for an execution that has not succeeded. */
function whatFailed({ runData, error }: Execution): string | undefined {
	const [node, runs] = Object.entries(runData).find(([, each]) => each.some((one) => one.error)) ?? [];
	const why = runs?.find((one) => one.error)?.error;
	return why ? `"${node}": ${why.message} ${why.description ?? ''}` : error?.message;
}

/** Brings up a fresh n8n with the packed node, as users install it. */
export async function setStage(installation: N8nInstallation, tarball: string, binaryMode: BinaryMode, report: Report): Promise<Stage> {
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
			if (existsSync(log)) copyFileSync(log, logFileOf(installation.release.version, binaryMode));
			rmSync(userFolder, { recursive: true, force: true });
		});
		await installNode(userFolder, tarball, () => {});
		const others = {
			sandbox: opened(await startSandbox({ readyAfterMs: READY_AFTER_MS, jobTakesMs: JOB_TAKES_MS })),
			mail: opened(await startMailServer()),
			objectStore: opened(await startObjectStore(installation.node)),
			chatModel: opened(await startChatModel()),
		};
		// All that n8n can say: what the log must not hold, it must not hold then either.
		const env = amazonsHostsAt(others.objectStore);
		const n8n = opened(await startN8n({ installation, userFolder, binaryDataMode: binaryMode, logLevel: 'debug', env, report }));
		const client = await N8nClient.signIn(n8n);
		const pixxel = await saveCredentials(client, others);
		const givesLinks = new Set<string>();
		const project = await client.personalProject();
		const create = (workflow: Workflow) => client.createWorkflow(workflow, project);
		return {
			...{ ...others, binaryMode, n8n, client, pixxel, givesLinks, create, stop },
			nodeTypes: await client.nodeTypes(),
			async run(workflow, options = {}) {
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
