/**
 * Runs one node once inside n8n's own engine, and prints what that cost: a process of its own for every
 * measurement, so that nothing else is in its figures. Started by n8nContender.mts, by the Node that
 * belongs to the n8n in `folder/node_modules`.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { IDataObject, INode, INodeExecutionData, INodeType, INodeTypes, IVersionedNodeType } from 'n8n-workflow';
import type { Figures, NodeRun, Order, RunFigures } from './n8nContender.mts';

const [folder = '', order = ''] = process.argv.slice(2);
const { warmUp, chain, count = 1, api, mayStop = false } = JSON.parse(order) as Order;

const SAMPLE_EVERY_MS = 10;

const fromN8n = createRequire(join(folder, 'package.json'));
const { BinaryDataConfig, BinaryDataService, ExecuteContext, RoutingNode } = fromN8n('n8n-core') as typeof import('n8n-core');
const { createRunExecutionData, NodeHelpers, Workflow } = fromN8n('n8n-workflow') as typeof import('n8n-workflow');
const { Container } = createRequire(fromN8n.resolve('n8n-core'))('@n8n/di') as typeof import('@n8n/di');

/** A node in its newest version. */
function load(file: string): INodeType {
	const [Node] = Object.values(fromN8n(file) as object) as [new () => INodeType | IVersionedNodeType];
	return NodeHelpers.getVersionedNodeType(new Node());
}

const TYPES: Record<NodeRun['nodeName'], INodeType> = {
	pixxel: load('./dist/nodes/Pixxel/Pixxel.node.js'),
	httpRequest: load('n8n-nodes-base/dist/nodes/HttpRequest/HttpRequest.node.js'),
	compression: load('n8n-nodes-base/dist/nodes/Compression/Compression.node.js'),
};

Container.get(BinaryDataConfig).mode = 'filesystem';
await Container.get(BinaryDataService).init();

/** The part of n8n that holds credentials. */
const credentialsHelper = {
	getParentTypes: () => [],
	isCredentialUsableByNode: () => true,
	preAuthentication: async () => undefined,
	getDecrypted: async () => ({ ...api, authScheme: 'apiKey' }),
	authenticate: async (_credentials: unknown, _type: string, request: { headers?: IDataObject }) => ({
		...request,
		headers: { ...request.headers, Authorization: api.apiKey },
	}),
};

/** Runs a node the way n8n's workflow engine does. */
async function runNode({ nodeName, parameters }: NodeRun, items: INodeExecutionData[]): Promise<INodeExecutionData[]> {
	const type = TYPES[nodeName];
	const { description } = type;
	const nodeTypes: INodeTypes = { getByName: () => type, getByNameAndVersion: () => type, getKnownTypes: () => ({}) };
	const node: INode = {
		id: '1',
		name: nodeName,
		type: nodeName,
		typeVersion: Math.max(...[description.version].flat()),
		position: [0, 0],
		parameters: {},
		credentials: { pixxelApi: { id: '1', name: 'Sandbox' } },
	};
	node.parameters = NodeHelpers.getNodeParameters(description.properties, parameters as never, true, false, node, description) ?? {};
	const workflow = new Workflow({ id: '1', nodes: [node], connections: {}, active: false, nodeTypes });
	const additionalData = {
		executionId: '1',
		credentialsHelper,
		variables: {},
		currentNodeParameters: node.parameters,
		// Expressions may name these, so n8n makes URLs of them each time.
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
	};
	const executeData = { node, data: { main: [items] }, source: null };
	const context = new ExecuteContext(
		workflow, node, additionalData as never, 'trigger', createRunExecutionData(), 0, items, executeData.data, executeData, [],
	);
	const output = type.execute ? await type.execute.call(context) : await new RoutingNode(context, type).runNode();
	return (output as INodeExecutionData[][] | undefined)?.[0] ?? [];
}

/** Runs nodes one after the other. Answers the bytes of each file that came out. */
async function runChain(nodes: NodeRun[], items: INodeExecutionData[]): Promise<number[]> {
	for (const node of nodes) items = await runNode(node, items);
	const service = Container.get(BinaryDataService);
	// n8n's Compression node puts all files into one item.
	const files = items.flatMap(({ binary = {} }) => Object.values(binary));
	return await Promise.all(files.map(async ({ id }) => (id === undefined ? -1 : ((await service.getMetadata(id)).fileSize ?? -1))));
}

/** The chain that is measured. */
async function runMeasured(): Promise<Pick<RunFigures, 'sizes' | 'stoppedBy'>> {
	try {
		return { sizes: await runChain(chain, Array.from({ length: count }, () => ({ json: {} }))) };
	} catch (cause) {
		if (!mayStop) throw cause;
		return { sizes: [], stoppedBy: (cause as Error).message };
	}
}

/** Measures what a piece of work costs this process. */
async function measure<T>(work: () => Promise<T>): Promise<T & Figures> {
	const before = process.memoryUsage.rss();
	let peak = before;
	const sample = () => (peak = Math.max(peak, process.memoryUsage.rss()));
	setInterval(sample, SAMPLE_EVERY_MS);
	const cpuBefore = process.cpuUsage();
	const startedAt = performance.now();
	const result = await work();
	const seconds = (performance.now() - startedAt) / 1_000;
	const { user, system } = process.cpuUsage(cpuBefore);
	return { ...result, seconds, cpuSeconds: (user + system) / 1e6, memoryGrowthBytes: sample() - before };
}

// What n8n loads at the first request is no part of a transfer.
await runChain(warmUp, [{ json: {} }]);
const answer: RunFigures = await measure(runMeasured);
// n8n's engine keeps timers of its own.
process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => process.exit());
