import type {
	IBinaryData,
	ICredentialDataDecryptedObject,
	ICredentialsHelper,
	IDataObject,
	IExecuteData,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
	Workflow as N8nWorkflow,
} from 'n8n-workflow';
import { outside } from './outside/outside.mts';

const { BinaryDataConfig, BinaryDataService, ExecuteContext, PackageDirectoryLoader, RoutingNode } = outside.require('n8n-core') as typeof import('n8n-core');
const { createRunExecutionData, NodeHelpers, Workflow } = outside.require('n8n-workflow') as typeof import('n8n-workflow');

// The container that n8n-core itself uses: other packages bring other versions of it.
const ofCore = outside.createRequire(outside.require.resolve('n8n-core'));
const { Container } = ofCore('@n8n/di') as typeof import('@n8n/di');
const { Logger } = ofCore('@n8n/backend-common') as typeof import('@n8n/backend-common');
const { SSHClientsManager } = ofCore('./execution-engine/ssh-clients-manager') as typeof import('n8n-core/dist/execution-engine/ssh-clients-manager.js');

type Loader = InstanceType<typeof PackageDirectoryLoader>;

export interface Credential extends ICredentialDataDecryptedObject {
	apiKey: string;
	baseUrl: string;
	authScheme: 'apiKey' | 'bearer';
}

export interface RunOptions {
	parameters: INode['parameters'];
	/** One empty item unless said otherwise. */
	items?: INodeExecutionData[];
	credential?: Partial<Credential>;
	/** Settings of the node, such as `onError` and `continueOnFail`. */
	node?: Partial<INode>;
	/** Cancels the execution. */
	signal?: AbortSignal;
	/** The ID of the workflow. */
	workflowId?: string;
}

/** A node where n8n's contexts find it. */
export interface Placed {
	type: INodeType;
	node: INode;
	workflow: N8nWorkflow;
	additionalData: IWorkflowExecuteAdditionalData;
}

/**
 * What the engine asks the part of n8n around it that holds credentials: n8n's own needs a database. It applies the
 * credential's own `authenticate`.
 */
function credentialsInMemory(loader: Loader, credential: Credential): ICredentialsHelper {
	const helper: Partial<ICredentialsHelper> = {
		getParentTypes: () => [],
		preAuthentication: async () => undefined,
		getDecrypted: async () => ({ ...credential }),
		async authenticate(credentials, type, request) {
			const { authenticate } = loader.getCredential(type).type;
			// What n8n has to evaluate for each request, it cannot while polls of one workflow overlap.
			if (typeof authenticate !== 'function') throw new Error('the credential is expected to need no expressions');
			return await authenticate(credentials, request as IHttpRequestOptions);
		},
	};
	return helper as ICredentialsHelper;
}

/** n8n's own engine with the built package in it. */
export class Engine {
	private constructor(
		/** The package's nodes and credentials, as n8n loads them. */
		readonly loader: Loader,
		private readonly credential: Credential,
	) {}

	/**
	 * @param binaryMode where n8n keeps files: on disk, or (`default`) in memory
	 * @param credential used by all runs that do not say otherwise
	 */
	static async start(binaryMode: 'filesystem' | 'default', credential: Credential): Promise<Engine> {
		Container.get(BinaryDataConfig).mode = binaryMode;
		await Container.get(BinaryDataService).init();
		const loader = new PackageDirectoryLoader(process.cwd());
		await loader.loadAll();
		return new Engine(loader, credential);
	}

	/**
	 * One of the package's nodes, alone in a workflow, with what n8n's contexts need beside it.
	 *
	 * @param staticData what the workflow remembers from earlier executions
	 * @param type in place of the node's own
	 */
	place(
		name: 'pixxel' | 'pixxelTrigger',
		{ parameters, credential, node: settings, workflowId = '1' }: Omit<RunOptions, 'items' | 'signal'>,
		staticData?: IDataObject,
		type = this.loader.getNode(name).type as INodeType,
	): Placed {
		const nodeTypes: INodeTypes = {
			getByName: () => type,
			getByNameAndVersion: () => type,
			getKnownTypes: () => ({}),
		};
		const node: INode = {
			id: '1',
			name: 'Pixxel',
			type: `n8n-nodes-pixxel.${name}`,
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
			credentials: { pixxelApi: { id: '1', name: 'Sandbox' } },
			...settings,
		};
		// As the editor does: what is not given gets its default, what is not shown is dropped.
		node.parameters =
			NodeHelpers.getNodeParameters(
				type.description.properties, parameters, true, false, node, type.description,
			) ?? {};
		const workflow = new Workflow({ id: workflowId, nodes: [node], connections: {}, active: false, nodeTypes, staticData });
		const additionalData = {
			executionId: '1',
			credentialsHelper: credentialsInMemory(this.loader, { ...this.credential, ...credential } as Credential),
			variables: {},
			currentNodeParameters: node.parameters,
		} as unknown as IWorkflowExecuteAdditionalData;
		return { type, node, workflow, additionalData };
	}

	/** Runs the node once, as n8n does: through its routing engine, with its execution context. */
	async run({ items = [{ json: {} }], signal, ...placing }: RunOptions): Promise<INodeExecutionData[]> {
		return await this.route(this.place('pixxel', placing), items, signal);
	}

	/** Presses the credential's Test button. As n8n does: the test's request, sent by a node that has nothing else. */
	async testCredential(credential: Partial<Credential> = {}): Promise<void> {
		const { test } = this.loader.getCredential('pixxelApi').type;
		const asks: INodeProperties = { displayName: 'Temp', name: 'temp', type: 'string', default: '', routing: { request: test?.request } };
		const { description } = this.loader.getNode('pixxel').type as INodeType;
		const tester: INodeType = { description: { ...description, requestDefaults: undefined, properties: [asks] } };
		await this.route(this.place('pixxel', { parameters: {}, credential }, undefined, tester), [{ json: {} }]);
	}

	private async route({ type, node, workflow, additionalData }: Placed, items: INodeExecutionData[], signal?: AbortSignal): Promise<INodeExecutionData[]> {
		const executeData: IExecuteData = { node, data: { main: [items] }, source: null };
		const attempt = async () => {
			const context = new ExecuteContext(
				workflow, node, additionalData, 'manual', createRunExecutionData(), 0, items, executeData.data, executeData, [], signal,
			);
			const [output] = (await new RoutingNode(context, type).runNode()) ?? [];
			return output ?? [];
		};
		// As n8n does where the user wants it: once more, with the same `executeData`.
		return node.retryOnFail ? await attempt().catch(attempt) : await attempt();
	}

	/** The logger that n8n hands to nodes. */
	get logger() {
		return Container.get(Logger);
	}

	/** Ends what n8n-core leaves running, so that jest can tell whether anything else does. */
	stop(): void {
		Container.get(SSHClientsManager).onShutdown();
	}

	/** Where n8n keeps files. */
	get files() {
		return Container.get(BinaryDataService);
	}

	/** The bytes of a file as later nodes get them. */
	async bytes(binary: IBinaryData | undefined): Promise<Buffer> {
		if (!binary) throw new Error('there is no file');
		return await this.files.getAsBuffer(binary);
	}

	/** Where a file lies that n8n keeps on disk. */
	pathOf(binary: IBinaryData | undefined): string {
		return this.files.getPath(binary?.id as string);
	}
}
