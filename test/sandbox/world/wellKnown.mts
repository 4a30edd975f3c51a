import { createHash } from 'node:crypto';
import type { TaskPath } from '../types.mts';

/** A UUID that is the same on every start for the same name, so that workflows saved against the sandbox stay valid. */
export function uuidOf(name: string): string {
	const bytes = createHash('sha1').update(`sandbox/${name}`).digest();
	bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
	bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
	return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
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

function taskPath(slug: string, workflowName: string, jobName: string, taskName: string): TaskPath {
	const workflow = workflowId(slug, workflowName);
	const job = jobId(workflow, jobName);
	return { projectId: projectId(slug), workflowId: workflow, jobId: job, taskId: taskId(job, taskName) };
}

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
	/** A well-formed identifier of nothing. */
	nothing: uuidOf('nothing'),
};
