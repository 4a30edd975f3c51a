import { startSandbox } from '../../sandbox/client.mts';
import { bringUp, pixxelCredential } from '../instance/bringUp.mts';
import { type CredentialInput, OWNER, type Workflow } from '../instance/n8nClient.mts';
import type { Report } from '../process/runCommand.mts';
import type { Fingerprint } from '../scenarios/packages.mts';
import { chain, downloadTask, manualTrigger, pickedTask, type TaskIds } from '../scenarios/workflows.mts';
import type { RealApi } from './startOptions.mts';

/** What the demo runs against: the sandbox, or the real API. */
export interface DemoTarget {
	/** Where it answers, and the keys that it knows. */
	introduction?: string[];
	workflowName: string;
	credential: CredentialInput;
	task: TaskIds;
	/** More of the node's fields. */
	fields: Record<string, unknown>;
	/** What the other side says it served. Unknown with the real API. */
	served?(): Promise<Fingerprint>;
}

/** Long enough to see the node wait, short enough not to be bored. */
const PACKAGING_MS = 8_000;

/** Starts the sandbox and describes its demo task. It ends together with this process. */
export async function sandboxTarget(): Promise<DemoTarget> {
	const sandbox = await startSandbox({ readyAfterMs: PACKAGING_MS });
	const { workflowId, jobId, taskId } = sandbox.known.demo;
	return {
		introduction: [
			`The sandbox, a double of the Pixxel API, answers at ${sandbox.url}`,
			'To play with credentials of your own there: that address belongs into Base URL, and one of these keys into API Key (all of them made up):',
			`         one that works  ${sandbox.keys.valid}`,
			`                expired  ${sandbox.keys.expired}`,
			`    refused, as revoked  ${sandbox.keys.revoked}`,
		],
		workflowName: 'Pixxel demo (sandbox)',
		credential: pixxelCredential(sandbox, sandbox.keys.valid, 'Pixxel sandbox'),
		task: { workflowId, jobId, taskId },
		fields: { ...pickedTask(sandbox), options: { pollInterval: 2 } },
		served: () => sandbox.packageInfo(taskId),
	};
}

/** The user's own account. */
export function realTarget({ apiKey, authScheme, baseUrl, task }: RealApi): DemoTarget {
	return {
		workflowName: 'Pixxel demo (your account)',
		credential: { name: 'Pixxel account', type: 'pixxelApi', data: { apiKey, authScheme, baseUrl } },
		task,
		fields: { options: {} },
	};
}

/** The node that the demo's workflow is about. */
export const DOWNLOAD_NODE = 'Download Task';

/** The text beside the nodes in the editor. */
const EXPLANATION = `## Download a Pixxel package

**${DOWNLOAD_NODE}** asks Pixxel to package a task's results. Packaging takes a while, so it asks again until the package is ready, and then streams the file into the item.

The output is what the API answered, without the signed URL (it is a secret and soon stale), plus the file in the field \`data\`. Any node that takes a file can follow.

Press **Execute workflow** to run it.`;

/** Manual Trigger → Pixxel, Download Task. */
export function demoWorkflow({ workflowName, task, fields }: Pick<DemoTarget, 'workflowName' | 'task' | 'fields'>, pixxel: { id: string; name: string }): Workflow {
	const workflow = chain(workflowName, [manualTrigger, downloadTask({ pixxel }, task, fields, { name: DOWNLOAD_NODE })]);
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
	const workflow = await client.saveWorkflow(demoWorkflow(target, credential));
	return { n8n, client, credentialId: credential.id, workflowId: workflow.id };
}

/** How to use the editor, for as long as it is open. */
export function sayEditorIsOpen({ n8n, workflowId }: Demo, say: Report): void {
	say(`The editor is open:  ${n8n.url}/workflow/${workflowId}`);
	say(`         Sign in as  ${OWNER.email}`);
	say(`           Password  ${OWNER.password}`);
	say(`          n8n's log  ${n8n.logFile}`);
}
