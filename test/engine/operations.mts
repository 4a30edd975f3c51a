import type { INodeExecutionData } from 'n8n-workflow';
import { known } from '../sandbox/client.mts';
import type { RunOptions } from './engine.mts';
import { byId, type Sandboxed, type ShownError, shownError } from './sandboxed.mts';

export type Fields = Record<string, unknown>;

const { projectId, workflowId, jobId, taskId } = known.demo;
const project = { projectId: byId(projectId) };
const workflow = { workflowId: byId(workflowId) };
const job = { ...workflow, jobId: byId(jobId) };

const { area, image } = known;
const aoi = { aoiId: byId(area.aoiId) };

/** Every operation that asks Pixxel, with the fields that it cannot do without, what it expects Pixxel to answer with first, and the calls that it takes. */
export const OPERATIONS: Array<[resource: string, operation: string, fields: Fields, answer: string, calls?: number]> = [
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
	['aoi', 'get', aoi, 'an area of interest'],
	['aoi', 'getAll', {}, 'an object with "aois"'],
	['asset', 'getAll', aoi, 'an object with "assets"'],
	['asset', 'download', { ...aoi, assetId: byId(area.assetId), output: 'signedUrl' }, "a package's status", 2],
	['insight', 'getAll', aoi, 'an object with "insights"'],
	['insight', 'download', { ...aoi, insightId: byId(area.insightId), output: 'signedUrl' }, "a package's status"],
	['image', 'get', { imageId: byId(image.imageId) }, 'an image'],
	['image', 'getAll', {}, 'an object with "catalogs"'],
	['image', 'download', { imageId: byId(image.imageId), output: 'signedUrl' }, "a package's status", 2],
	['visualization', 'getAll', aoi, 'an object with "visualization"'],
	['visualization', 'getPicture', { ...aoi, visualizationId: byId(area.visualizationId), date: area.date }, 'an object with "visualization"', 2],
];

/** Whether an operation begins with a call that is not repeated, for it might do something twice. */
export const beginsOnce = (resource: string, operation: string) => operation === 'create' || (operation === 'download' && ['asset', 'image'].includes(resource));

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
