import { startSandbox } from '../../sandbox/client.mts';
import { bringUp, pixxelCredential } from '../instance/bringUp.mts';
import { type CredentialInput, type N8nClient, OWNER, type Workflow } from '../instance/n8nClient.mts';
import type { Report } from '../process/runCommand.mts';
import { stopAtEnd } from '../process/shutdown.mts';
import type { Fingerprint } from '../scenarios/packages.mts';
import { byId, chain, downloadTask, manualTrigger, type TaskIds } from '../scenarios/workflows.mts';
import type { RealApi } from './startOptions.mts';

/** What the demo runs against: the sandbox, or the real API. */
export interface DemoTarget {
	/** Where it answers, and the keys that it knows. */
	introduction?: string[];
	workflowName: string;
	credential: CredentialInput;
	task: TaskIds;
	/** Options of the node. */
	options: Record<string, unknown>;
	/** Whether nobody asked for the key to stay on this disk. */
	forgetsKey?: boolean;
	/** How long the run may take. */
	timeoutMs: number;
	/** What the other side says it served. Unknown with the real API. */
	served?(): Promise<Fingerprint>;
}

/** Long enough to see the node wait, short enough not to be bored. */
const PACKAGING_MS = 8_000;
const SANDBOX_TIMEOUT_MS = 120_000;
/** The node itself gives up waiting after half an hour, and a large file takes its time after that. */
const REAL_API_TIMEOUT_MS = 3 * 60 * 60_000;

/** Starts the sandbox and describes its demo task. It ends together with this process. */
export async function sandboxTarget(): Promise<DemoTarget> {
	const sandbox = await startSandbox({ readyAfterMs: PACKAGING_MS });
	const { workflowId, jobId, taskId } = sandbox.known.demo;
	return {
		introduction: [
			`The sandbox, a double of the Pixxel API, answers at ${sandbox.url}`,
			'Its keys, to play with in credentials (all of them made up):',
			`         one that works  ${sandbox.keys.valid}`,
			`                expired  ${sandbox.keys.expired}`,
			`    refused, as revoked  ${sandbox.keys.revoked}`,
		],
		workflowName: 'Pixxel demo (sandbox)',
		credential: pixxelCredential(sandbox, sandbox.keys.valid, 'Pixxel sandbox'),
		task: { workflowId, jobId, taskId },
		options: { pollInterval: 2 },
		timeoutMs: SANDBOX_TIMEOUT_MS,
		served: () => sandbox.packageInfo(taskId),
	};
}

/** The user's own account. */
export function realTarget({ apiKey, authScheme, baseUrl, task }: RealApi, forgetsKey: boolean): DemoTarget {
	return {
		workflowName: 'Pixxel demo (your account)',
		credential: { name: 'Pixxel account', type: 'pixxelApi', data: { apiKey, authScheme, baseUrl } },
		task,
		options: {},
		forgetsKey,
		timeoutMs: REAL_API_TIMEOUT_MS,
	};
}

/** The lists of the node, each beside the field that is picked from it, from top to bottom. */
const LISTS = [['workflowId', 'searchWorkflows'], ['jobId', 'searchJobs'], ['taskId', 'searchTasks']] as const;

/** The task as a person picks it: by the names that the node's own lists show. What they do not show stays an ID. */
async function picked(client: N8nClient, task: TaskIds, pixxel: { id: string; name: string }): Promise<Record<string, unknown>> {
	const fields: Record<string, unknown> = { resource: 'task', operation: 'download' };
	for (const [field, list] of LISTS) {
		const value = task[field];
		// A key that is refused says so a moment later, by the Test button.
		const entries = await client.listEntries(list, fields, { pixxelApi: pixxel }, value).catch(() => []);
		const entry = entries.find((one) => one.value === value);
		fields[field] = entry ? { __rl: true, mode: 'list', value, cachedResultName: entry.name } : byId(value);
	}
	return fields;
}

/** The node whose output the demo shows. */
export const DOWNLOAD_NODE = 'Download Task';

/** The text beside the nodes in the editor. */
const EXPLANATION = `## Download a Pixxel package

**${DOWNLOAD_NODE}** asks Pixxel to package a task's results. Packaging takes a while, so it asks again until the package is ready, and then streams the file into the item.

The output is what the API answered, without the signed URL (it is a secret and soon stale), plus the file in the field \`data\`. Any node that takes a file can follow.

Press **Execute workflow** to run it again.`;

/** Manual Trigger → Pixxel, Download Task. */
async function demoWorkflow(client: N8nClient, { workflowName, task, options }: DemoTarget, pixxel: { id: string; name: string }): Promise<Workflow> {
	const fields = await picked(client, task, pixxel);
	const parameters = { ...fields, output: 'file', waitUntilReady: true, outputPropertyName: 'data', options };
	const workflow = chain(workflowName, [manualTrigger, downloadTask({ pixxel }, task, parameters, { name: DOWNLOAD_NODE })]);
	workflow.nodes.push({
		id: 'note',
		name: 'What this does',
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		position: [-40, -280],
		parameters: { content: EXPLANATION, width: 520, height: 220 },
	});
	return workflow;
}

/** Where people expect an n8n. */
export const EDITOR_PORT = 5678;

export type Demo = Awaited<ReturnType<typeof setUpDemo>>;

/** Brings up an n8n with the demo's credential and its workflow in it. */
export async function setUpDemo(target: DemoTarget, own: Omit<Parameters<typeof bringUp>[0], 'preferredPort'>, say: Report) {
	const { n8n, client } = await bringUp({ ...own, preferredPort: EDITOR_PORT }, say);
	const credential = await client.saveCredential(target.credential);
	if (target.forgetsKey) stopAtEnd(() => client.deleteCredential(credential.id));
	const workflow = await client.saveWorkflow(await demoWorkflow(client, target, credential));
	return { n8n, client, credentialId: credential.id, workflowId: workflow.id };
}

/** How to use the editor, for as long as it is open. */
export function sayEditorIsOpen({ n8n, workflowId }: Demo, say: Report): void {
	say(`The editor is open:  ${n8n.url}/workflow/${workflowId}`);
	say(`         Sign in as  ${OWNER.email}`);
	say(`           Password  ${OWNER.password}`);
	say(`          n8n's log  ${n8n.logFile}`);
}
