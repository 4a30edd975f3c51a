import { parse } from 'flatted';
import type { IConnections, INode, INodeExecutionData, INodeTypeDescription, ITaskData, NodeApiError } from 'n8n-workflow';

import { until } from '../process/until.mts';

export type WorkflowNode = Omit<INode, 'parameters'> & { parameters: Record<string, unknown> };
export type Item = INodeExecutionData;

/** A workflow as a file holds it. */
export interface Workflow {
	name: string;
	nodes: WorkflowNode[];
	connections: IConnections;
	settings?: Record<string, unknown>;
	pinData?: Record<string, unknown>;
}

/** A workflow as n8n keeps it. */
export interface SavedWorkflow extends Workflow {
	id: string;
	versionId: string;
	active: boolean;
}

/** What n8n keeps of an error that ended a node or an execution. */
type ExecutionError = Pick<NodeApiError, 'name' | 'message' | 'description' | 'httpCode'>;

/** An execution with its data decoded. */
export interface Execution {
	id: string;
	status: string;
	mode: string;
	/** Every run of every node, by the node's name. */
	runData: Record<string, Array<Omit<ITaskData, 'error'> & { error?: ExecutionError }>>;
	error?: ExecutionError;
}

/** As n8n answers with it: what came of it is text. */
type StoredExecution = Omit<Execution, 'runData' | 'error'> & { data?: string };

export interface CredentialInput {
	name: string;
	type: string;
	data: Record<string, unknown>;
}

/** Who signs in to the editor. n8n wants eight characters with a capital letter and a digit. */
export const OWNER = { email: 'owner@example.com', password: 'Pixxel-demo-1', firstName: 'Demo', lastName: 'Owner' } as const;

/** States of an execution that nothing follows on. `crashed` and `error` are failures, `canceled` was stopped. */
const FINAL_STATES = new Set(['success', 'error', 'crashed', 'canceled']);

/** Just long enough that n8n is not kept busy with being asked. */
const LOOK_EVERY_MS = 300;
const LOOKS_FOR_DATA = 5;
const DEFAULT_EXECUTION_TIMEOUT_MS = 300_000;
const SHOWN_BODY = 500;

/**
 * Does through n8n's own API what a person does in the editor. Works with the releases in `versions.mts`; where they
 * differ, the method says how.
 */
export class N8nClient {
	private cookie = '';

	private constructor(readonly url: string) {}

	private async send(method: string, path: string, body?: unknown): Promise<Response> {
		const headers = { cookie: this.cookie, 'content-type': 'application/json' };
		const response = await fetch(this.url + path, { method, headers, body: JSON.stringify(body) });
		for (const cookie of response.headers.getSetCookie()) {
			if (cookie.startsWith('n8n-auth=')) this.cookie = cookie.split(';')[0] ?? '';
		}
		if (response.ok) return response;
		const text = await response.text();
		throw new Error(`n8n answered ${response.status} to ${method} ${path}: ${text.slice(0, SHOWN_BODY)}`, { cause: response.status });
	}

	/** Sends a request to a path under `/rest` and returns the `data` of the answer. */
	async request<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await this.send(method, `/rest${path}`, body);
		const answer = (await response.json()) as { data: T };
		return answer.data;
	}

	/** Signs in as the owner, who is made where there is none yet. */
	static async signIn({ url }: { url: string }): Promise<N8nClient> {
		const client = new N8nClient(url);
		const { userManagement } = await client.request<{ userManagement: { showSetupOnFirstLoad?: boolean } }>('GET', '/settings');
		if (userManagement.showSetupOnFirstLoad) await client.request('POST', '/owner/setup', OWNER);
		await client.request('POST', '/login', { emailOrLdapLoginId: OWNER.email, password: OWNER.password });
		return client;
	}

	async createCredential(credential: CredentialInput): Promise<{ id: string; name: string }> {
		return await this.request('POST', '/credentials', credential);
	}

	/** Creates a credential, or gives the one of that name and type this content. */
	async saveCredential(credential: CredentialInput): Promise<{ id: string; name: string }> {
		const all = await this.request<Array<{ id: string; name: string; type: string }>>('GET', '/credentials');
		const same = all.find(({ name, type }) => name === credential.name && type === credential.type);
		return same ? await this.request('PATCH', `/credentials/${same.id}`, credential) : await this.createCredential(credential);
	}

	/** What the Test button does: n8n sends the request that the credential type names, and judges the answer. */
	async testCredential(id: string, credential: CredentialInput): Promise<{ status: 'OK' | 'Error'; message: string }> {
		return await this.request('POST', '/credentials/test', { credentials: { id, ...credential } });
	}

	/** @param projectId where to, as the editor says it: then credentials without an id are looked up by their names */
	async createWorkflow(workflow: Workflow, projectId?: string): Promise<SavedWorkflow> {
		return await this.request('POST', '/workflows', { settings: {}, active: false, ...workflow, ...(projectId && { projectId }) });
	}

	async workflow(id: string): Promise<SavedWorkflow> {
		return await this.request('GET', `/workflows/${id}`);
	}

	/** Creates a workflow, or gives the one of that name this content. */
	async saveWorkflow(workflow: Workflow): Promise<SavedWorkflow> {
		const filter = encodeURIComponent(JSON.stringify({ name: workflow.name }));
		const all = await this.request<Array<{ id: string; name: string }>>('GET', `/workflows?filter=${filter}`);
		// n8n's filter looks for the name as a part of other names too.
		const same = all.find(({ name }) => name === workflow.name);
		if (!same) return await this.createWorkflow(workflow);
		const { versionId } = await this.workflow(same.id);
		return await this.request('PATCH', `/workflows/${same.id}?forceSave=true`, { ...workflow, versionId });
	}

	/** Switches a workflow's triggers on or off. n8n 2 publishes a version; n8n 1 has a switch in the workflow itself. */
	async activateWorkflow(id: string, active = true): Promise<void> {
		const { versionId } = await this.workflow(id);
		try {
			await this.request('POST', `/workflows/${id}/${active ? 'activate' : 'deactivate'}`, active ? { versionId } : {});
		} catch (error) {
			if ((error as Error).cause !== 404) throw error;
			await this.request('PATCH', `/workflows/${id}`, { active, versionId });
		}
	}

	/**
	 * Runs a workflow the way the Execute button does, from its trigger. What runs is the saved workflow: newer releases
	 * ignore the one in the request. Returns the id of the execution.
	 *
	 * @param triggerItems what the trigger gives, for one that waits for somebody outside (a chat message)
	 */
	async runWorkflow(id: string, trigger?: string, triggerItems?: Item[]): Promise<string> {
		const workflowData = await this.workflow(id);
		const start = trigger ?? workflowData.nodes.find(({ type }) => /trigger$/i.test(type))?.name;
		if (!start) throw new Error(`The workflow "${workflowData.name}" has no trigger to start from.`);
		const answer = await this.request<{ executionId?: string }>('POST', `/workflows/${id}/run`, {
			workflowData,
			triggerToStartFrom: { name: start, ...(triggerItems && { data: ranWith(triggerItems) }) },
		});
		if (!answer.executionId) throw new Error(`n8n did not start "${workflowData.name}": ${JSON.stringify(answer)}`);
		return answer.executionId;
	}

	/** An execution as it stands. Until it has ended, `runData` may be empty. */
	async execution(id: string): Promise<Execution> {
		const { data, ...rest } = await this.request<StoredExecution>('GET', `/executions/${id}`);
		const came = (data ? parse(data) : undefined) as { resultData?: Pick<Execution, 'runData' | 'error'> } | undefined;
		return { ...rest, runData: came?.resultData?.runData ?? {}, error: came?.resultData?.error };
	}

	/** Waits until an execution has ended, whichever way. */
	async waitForExecution(id: string, timeoutMs = DEFAULT_EXECUTION_TIMEOUT_MS): Promise<Execution> {
		let looksForData = 0;
		const ended = async () => {
			const execution = await this.execution(id);
			// n8n 1 writes an execution's state a moment before its data. One that was stopped early has none.
			const hasData = () => Object.keys(execution.runData).length > 0 || looksForData++ === LOOKS_FOR_DATA;
			return FINAL_STATES.has(execution.status) && hasData() && execution;
		};
		return await until(`execution ${id} has ended`, ended, timeoutMs, LOOK_EVERY_MS);
	}

	async stopExecution(id: string): Promise<void> {
		await this.request('POST', `/executions/${id}/stop`, {});
	}

	/** The executions of a workflow, newest first, without their data. */
	async executionsOf(workflowId: string): Promise<Array<Pick<Execution, 'id' | 'status' | 'mode'>>> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		return (await this.request<{ results: Execution[] }>('GET', `/executions?filter=${filter}`)).results;
	}

	/** A file that an execution left, as n8n's Download button gets it. The answer is to be read as a stream: it may be large. */
	async downloadBinary(id: string): Promise<Response> {
		return await this.send('GET', `/rest/binary-data?${new URLSearchParams({ id, action: 'download' })}`);
	}

	/** Every node type this n8n knows, with its description. */
	async nodeTypes(): Promise<INodeTypeDescription[]> {
		return (await (await this.send('GET', '/types/nodes.json')).json()) as INodeTypeDescription[];
	}
}

/** The run of a trigger, as the editor sends it along when it has waited for the trigger itself. */
function ranWith(items: Item[]): object {
	return { startTime: Date.now(), executionTime: 0, executionStatus: 'success', source: [null], data: { main: [items] } };
}

/** The items that one of a node's outputs, the first unless said otherwise, gave in its last run. */
export function outputOf(execution: Execution, nodeName: string, output = 0): Item[] {
	return execution.runData[nodeName]?.at(-1)?.data?.main?.[output] ?? [];
}

/** Why an execution did not succeed, in the words that the editor shows. */
export function whatFailed({ runData, error }: Execution): string | undefined {
	const [node, runs] = Object.entries(runData).find(([, each]) => each.some((one) => one.error)) ?? [];
	const why = runs?.find((one) => one.error)?.error;
	return why ? `"${node}": ${why.message} ${why.description ?? ''}` : error?.message;
}
