import { createHash } from 'node:crypto';
import type { TaskPath } from '../types.mts';

/** The world is built anew for each test, from the same names. */
const made = new Map<string, string>();

/** A UUID that is the same on every start for the same name, so that workflows saved against the sandbox stay valid. */
export function uuidOf(name: string): string {
	const known = made.get(name);
	if (known !== undefined) return known;
	const bytes = createHash('sha1').update(`sandbox/${name}`).digest();
	bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
	bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
	const uuid = bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
	made.set(name, uuid);
	return uuid;
}

/** The keys the sandbox knows. Any other is not recognised (401). */
export const keys = {
	valid: 'sandbox-key',
	/** 403 */
	expired: 'sandbox-expired-key',
	/** 403 */
	revoked: 'sandbox-revoked-key',
	/** Lacks every project but the first: 403 for the others. */
	miningOnly: 'sandbox-mining-only-key',
};

export const projectSlugs = { first: 'mining', second: 'agriculture', empty: 'coast' } as const;

export const demoWorkflowName = 'Tailings pond monitoring';
export const secondProjectWorkflowName = 'Crop health north fields';
export const quietWorkflowName = 'Borehole site scouting';

export const projectId = (slug: string) => uuidOf(`project/${slug}`);
export const workflowId = (slug: string, name: string) => uuidOf(`workflow/${slug}/${name}`);
export const jobId = (workflow: string, name: string) => uuidOf(`job/${workflow}/${name}`);
export const taskId = (job: string, name: string) => uuidOf(`task/${job}/${name}`);

export const demoAreaName = 'Tailings basin';
export const bareAreaName = 'Harbour without images';

export const areaId = (slug: string, name: string) => uuidOf(`area/${slug}/${name}`);
/** The number of an asset counts those of its area, from 0 on. */
export const assetId = (area: string, number: number) => uuidOf(`asset/${area}/${number}`);
export const insightId = (area: string, name: string) => uuidOf(`insight/${area}/${name}`);
export const indexId = (name: string) => uuidOf(`index/${name}`);
export const visualizationId = (area: string, index: string) => uuidOf(`visualization/${area}/${index}`);
export const imageId = (number: number) => uuidOf(`image/${number}`);
export const orderItemId = (number: number) => uuidOf(`order item/${number}`);

function taskPath(slug: string, workflowName: string, jobName: string, taskName: string): TaskPath {
	const workflow = workflowId(slug, workflowName);
	const job = jobId(workflow, jobName);
	return { projectId: projectId(slug), workflowId: workflow, jobId: job, taskId: taskId(job, taskName) };
}

const demoArea = areaId(projectSlugs.first, demoAreaName);

/** Identifiers that hold on every start; the world is built from the same names. */
export const known = {
	/** The demo task: completed, the last of a completed job. */
	demo: taskPath(projectSlugs.first, demoWorkflowName, 'latest', 'Tailings surface map'),
	/** Another completed task of the demo job. */
	second: taskPath(projectSlugs.first, demoWorkflowName, 'latest', 'Atmospheric correction'),
	/** A completed task of another completed job of the demo workflow. */
	otherJob: taskPath(projectSlugs.first, demoWorkflowName, 'earlier', 'Tailings surface map'),
	/** A failed task of a failed job of the demo workflow. */
	failed: taskPath(projectSlugs.first, demoWorkflowName, 'failed', 'Atmospheric correction'),
	/** A running task of a job of the demo workflow that stays at 40 %. */
	running: taskPath(projectSlugs.first, demoWorkflowName, 'running', 'Hyperspectral image'),
	/** A completed task in the second project. */
	otherProject: taskPath(projectSlugs.second, secondProjectWorkflowName, 'latest', 'Crop vigour map'),
	/** A workflow of the first project without jobs. */
	workflowWithoutJobs: workflowId(projectSlugs.first, quietWorkflowName),
	/** A project without workflows. */
	emptyProject: projectId(projectSlugs.empty),
	/** An area of interest of the first project: with an asset, an insight and a visualization that can be had, and a day that has an image. */
	area: {
		projectId: projectId(projectSlugs.first),
		aoiId: demoArea,
		assetId: assetId(demoArea, 0),
		insightId: insightId(demoArea, 'Tailings surface'),
		visualizationId: visualizationId(demoArea, 'NDVI'),
		indexId: indexId('NDVI'),
		date: '2025-03-03',
	},
	/** Another asset of that area that can be had, and one that has failed. */
	otherAsset: assetId(demoArea, 1),
	failedAsset: assetId(demoArea, 3),
	/** Insights of that area that failed, and that run until somebody ends them. */
	failedInsight: insightId(demoArea, 'Under clouds'),
	runningInsight: insightId(demoArea, 'Still running'),
	/** A visualization of that area that is being made. */
	unfinishedVisualization: visualizationId(demoArea, 'NDWI'),
	/** An area of the second project with the same name as `area`. */
	namesake: areaId(projectSlugs.second, demoAreaName),
	/** An area without assets. */
	bareArea: areaId(projectSlugs.first, bareAreaName),
	/** An image in the catalog, and the item of an order that brought it. */
	image: { imageId: imageId(0), orderItemId: orderItemId(0) },
	/** Another one. */
	otherImage: { imageId: imageId(1), orderItemId: orderItemId(1) },
	/** A well-formed identifier of nothing. */
	nothing: uuidOf('nothing'),
};
