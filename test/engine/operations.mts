import type { INodeExecutionData } from 'n8n-workflow';
import { known } from '../sandbox/client.mts';
import type { RunOptions } from './engine.mts';
import { byId, type Sandboxed, type ShownError, shownError } from './sandboxed.mts';

export type Fields = Record<string, unknown>;

const { projectId, workflowId, jobId, taskId } = known.demo;
const project = { projectId: byId(projectId) };
const workflow = { workflowId: byId(workflowId) };
const job = { ...workflow, jobId: byId(jobId) };

/** Every operation, with the fields that it cannot do without. */
export const OPERATIONS: Array<[resource: string, operation: string, fields: Fields]> = [
	['task', 'download', { ...job, taskId: byId(taskId), output: 'signedUrl' }],
	['job', 'create', { ...project, ...workflow }],
	['job', 'get', job],
	['job', 'getAll', workflow],
	['job', 'download', { ...job, output: 'signedUrl' }],
	['workflow', 'get', { ...project, ...workflow }],
	['workflow', 'getAll', {}],
	['workflow', 'estimate', workflow],
	['project', 'get', project],
	['project', 'getAll', {}],
];

/** Runs one operation as n8n does. */
export async function perform(
	at: Sandboxed,
	resource: string,
	operation: string,
	fields: Fields,
	run: Omit<RunOptions, 'parameters'> = {},
): Promise<INodeExecutionData[]> {
	const parameters = { resource, operation, ...fields } as RunOptions['parameters'];
	return await at.engine.run({ ...run, parameters });
}

/** The error that such a run ends in. */
export async function refusalOf(...given: Parameters<typeof perform>): Promise<ShownError> {
	return await shownError(perform(...given));
}

/** Methods, paths and parameters of the calls, in their order. */
export async function callsOf({ sandbox }: Sandboxed): Promise<string[]> {
	const requests = await sandbox.requests('api');
	return requests.map(({ method, path, query }) => {
		const asked = String(new URLSearchParams(query));
		return `${method} ${path}${asked && '?'}${asked}`;
	});
}

export const jsonOf = (items: INodeExecutionData[]) => items.map(({ json }) => json);
