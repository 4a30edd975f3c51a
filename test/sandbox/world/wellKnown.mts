import { uuidOf } from './identifiers.mts';
import type { KnownIds, SandboxKeys, TaskPath } from '../types.mts';

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
