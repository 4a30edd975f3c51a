import type { INodeExecutionData } from 'n8n-workflow';
import { known } from '../sandbox/client.mts';
import type { RunOptions } from './engine.mts';
import { byId, type Sandboxed, type ShownError, shownError } from './sandboxed.mts';

export type Fields = Record<string, unknown>;

const { projectId, workflowId, jobId, taskId } = known.demo;
const project = { projectId: byId(projectId) };
const workflow = { workflowId: byId(workflowId) };
const job = { ...workflow, jobId: byId(jobId) };

/** Every operation, with the fields that it cannot do without, and what it expects Pixxel to answer with. */
export const OPERATIONS: Array<[resource: string, operation: string, fields: Fields, answer: string]> = [
	['task', 'download', { ...job, taskId: byId(taskId), output: 'signedUrl' }, "a package's status"],
	['job', 'create', { ...project, ...workflow }, 'a job'],
	['job', 'get', job, 'a job'],
	['job', 'getAll', workflow, 'an object with "jobs"'],
	['job', 'download', { ...job, output: 'signedUrl' }, "a package's status"],
	['workflow', 'get', { ...project, ...workflow }, 'a workflow'],
	['workflow', 'getAll', {}, 'an object with "workflows"'],
	['workflow', 'estimate', workflow, 'an estimate'],
	['project', 'get', project, 'a project'],
	['project', 'getAll', {}, 'an object with "projects"'],
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
