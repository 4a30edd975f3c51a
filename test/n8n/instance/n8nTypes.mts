/** As much of n8n's own data as is read or written through its API here. */

/** A node in a workflow. */
export interface WorkflowNode {
	id?: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	/** In a file that is to be imported the id is null: n8n then looks for the name. */
	credentials?: Record<string, { id: string | null; name: string }>;
	[setting: string]: unknown;
}

/** Where the outputs of a node lead, by kind of connection (`main`, `ai_tool`, …) and number of the output. */
export type NodeConnections = Record<string, Array<Array<{ node: string; type: string; index: number }> | null>>;

/** A workflow as a file holds it. */
export interface Workflow {
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, NodeConnections>;
	settings?: Record<string, unknown>;
	pinData?: Record<string, unknown>;
}

/** A workflow as n8n keeps it. */
export interface SavedWorkflow extends Workflow {
	id: string;
	versionId: string;
	active: boolean;
}

/** A file in an item. `id` names it for n8n's download endpoint; in memory mode there is none, and `data` is the file in Base64. */
export interface BinaryFile {
	id?: string;
	data: string;
	fileName?: string;
	mimeType: string;
	/** Made for people, e.g. `1.2 MB`. */
	fileSize?: string;
	bytes?: number;
	[more: string]: unknown;
}

export interface Item {
	json: Record<string, unknown>;
	binary?: Record<string, BinaryFile>;
	pairedItem?: unknown;
}

/** What n8n keeps of an error that ended a node or an execution. */
export interface ExecutionError {
	name?: string;
	message: string;
	description?: string | null;
	httpCode?: string | null;
	[more: string]: unknown;
}

export interface NodeRun {
	executionStatus?: string;
	executionTime: number;
	error?: ExecutionError;
	/** Nodes under an agent give `ai_tool` and the like instead. */
	data?: { main?: Array<Item[] | null>; [kind: string]: Array<Item[] | null> | undefined };
}

/** An execution with its data decoded. */
export interface Execution {
	id: string;
	status: string;
	mode: string;
	finished: boolean;
	startedAt: string | null;
	stoppedAt: string | null;
	/** Every run of every node, by the node's name. */
	runData: Record<string, NodeRun[]>;
	error?: ExecutionError;
}

export interface CredentialInput {
	name: string;
	type: string;
	data: Record<string, unknown>;
}

/** What n8n's Test button shows. */
export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

export interface NodeTypeDescription {
	name: string;
	displayName: string;
	version: number | number[];
	properties: unknown[];
	[more: string]: unknown;
}
