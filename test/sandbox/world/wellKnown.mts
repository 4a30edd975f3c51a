import { createHash } from 'node:crypto';
import type { KnownIds, SandboxKeys, TaskPath } from '../types.mts';

/**
 * A UUID that is the same on every start for the same name, so that workflows saved against the sandbox stay valid.
 */
export function uuidOf(name: string): string {
	const bytes = createHash('sha1').update(`sandbox/${name}`).digest().subarray(0, 16);
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	const hex = bytes.toString('hex');
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The keys the sandbox accepts or refuses in a known way. */
export const keys: SandboxKeys = {
	valid: 'sandbox-key',
	expired: 'sandbox-expired-key',
	revoked: 'sandbox-revoked-key',
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
export const known: KnownIds = {
	demo: taskPath(projectSlugs.first, demoWorkflowName, 'latest', 'Tailings surface map'),
	second: taskPath(projectSlugs.first, demoWorkflowName, 'latest', 'Atmospheric correction'),
	otherJob: taskPath(projectSlugs.first, demoWorkflowName, 'earlier', 'Tailings surface map'),
	failed: taskPath(projectSlugs.first, demoWorkflowName, 'failed', 'Atmospheric correction'),
	running: taskPath(projectSlugs.first, demoWorkflowName, 'running', 'Hyperspectral image'),
	otherProject: taskPath(projectSlugs.second, secondProjectWorkflowName, 'latest', 'Crop vigour map'),
	workflowWithoutJobs: workflowId(projectSlugs.first, quietWorkflowName),
	emptyProject: projectId(projectSlugs.empty),
	nothing: uuidOf('nothing'),
};
