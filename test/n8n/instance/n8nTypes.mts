import type { IBinaryData, IConnections, INode, INodeExecutionData, INodeTypeDescription, ITaskData } from 'n8n-workflow';

/** As much of n8n's own data as is read or written through its API here. */
export type WorkflowNode = Omit<INode, 'parameters'> & { parameters: Record<string, unknown> };
export type NodeConnections = IConnections[string];
/** A file in an item. `id` names it for n8n's download endpoint; in memory mode there is none, and `data` is the file in Base64. */
export type BinaryFile = IBinaryData;
export type Item = INodeExecutionData;
export type NodeTypeDescription = INodeTypeDescription;

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
export interface ExecutionError {
	name?: string;
	message: string;
	description?: string | null;
	httpCode?: string | null;
}

export type NodeRun = Omit<ITaskData, 'error'> & { error?: ExecutionError };

/** An execution with its data decoded. */
export interface Execution {
	id: string;
	status: string;
	mode: string;
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
