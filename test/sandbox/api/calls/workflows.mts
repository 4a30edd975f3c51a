import { badRequest, notFound } from '../../exchange.mts';
import { jobStateAt } from '../../world/jobProgress.mts';
import type { Job, Workflow } from '../../world/world.mts';
import { type Asked, byId, contains, findProject, matches, matchesTime, pageOf } from '../asked.mts';
import { jobAnswer, jobListItem, workflowAnswer, workflowListItem } from './jobAnswers.mts';
import { notFinished, requestPackage } from './packages.mts';

function findWorkflow(asked: Asked): Workflow {
	const id = asked.ids.workflow_id ?? '';
	const workflow = asked.sandbox.world.workflows.get(id);
	if (workflow === undefined) throw notFound('workflow', id);
	findProject(asked, workflow.project_id);
	return workflow;
}

/** For calls that want the workflow's project named: the two must belong together. */
function findWorkflowIn(asked: Asked): Workflow {
	const project = findProject(asked, asked.query.project_id ?? '');
	const workflow = findWorkflow(asked);
	if (workflow.project_id !== project.id) throw notFound('workflow', workflow.id, ` in project ${project.id}`);
	return workflow;
}

function findJob(asked: Asked): Job {
	const workflow = findWorkflow(asked);
	const id = asked.ids.job_id ?? '';
	const job = asked.sandbox.world.jobs.get(id);
	if (job === undefined || job.workflowId !== workflow.id) throw notFound('job', id, ` in workflow ${workflow.id}`);
	return job;
}

export function listProjects(asked: Asked) {
	const open = [...asked.sandbox.world.projects.values()].filter((project) => asked.access(project.id));
	const size = Number(asked.query.page_size ?? open.length);
	const first = (Math.max(1, Number(asked.query.page_num ?? 1)) - 1) * size;
	return { count: open.length, projects: open.slice(first, first + size) };
}

export function getProject(asked: Asked) {
	const { members_count: _count, ...project } = findProject(asked, asked.ids.id ?? '');
	return { project };
}

export function listWorkflows(asked: Asked) {
	const { query, sandbox, access } = asked;
	if (query.project_id === undefined && sandbox.behaviour.workflowListNeedsProject) {
		throw badRequest('query parameter project_id is required', { parameter: 'project_id' });
	}
	if (query.project_id !== undefined) findProject(asked, query.project_id);
	const found = [...sandbox.world.workflows.values()].filter(
		(workflow) =>
			access(workflow.project_id) &&
			matches(workflow.project_id, query.project_id) &&
			matches(workflow.id, query.id) &&
			matches(workflow.created_by, query.created_by) &&
			contains(workflow.name, query.name) &&
			matchesTime(workflow.created_at, query.created_on) &&
			matchesTime(workflow.updated_at, query.updated_at),
	);
	return pageOf('workflows', found.map(workflowListItem), query);
}

export const getWorkflow = (asked: Asked) => workflowAnswer(findWorkflowIn(asked), asked.sandbox.behaviour);

export const estimateWorkflow = (asked: Asked) => ({ estimated_cost: findWorkflow(asked).estimated_cost });

export function listJobs(asked: Asked) {
	const { query, sandbox, nowMs } = asked;
	const workflow = findWorkflow(asked);
	const jobs = [...sandbox.world.jobs.values()]
		.filter((job) => job.workflowId === workflow.id)
		.map((job) => jobListItem(job, sandbox.behaviour, nowMs))
		.filter((job) => matches(job.id, query.id) && matches(job.created_by, query.created_by) && matches(job.status, query.status))
		.filter((job) => matchesTime(job.created_at, query.created_on))
		.sort(byId);
	return { jobs };
}

export function createJob(asked: Asked) {
	const { sandbox, nowMs } = asked;
	const workflow = findWorkflowIn(asked);
	const { takesMs = 0, ...plan } = { ...sandbox.plans.get('*'), ...sandbox.plans.get(workflow.id) };
	const job = sandbox.world.addJob(workflow, `created/${sandbox.world.jobs.size}`, nowMs, { takesMs, ...plan });
	return jobAnswer(job, sandbox.behaviour, nowMs);
}

export const getJob = (asked: Asked) => jobAnswer(findJob(asked), asked.sandbox.behaviour, asked.nowMs);

export function downloadJob(asked: Asked) {
	const job = findJob(asked);
	const { status } = jobStateAt(job, asked.nowMs);
	if (status === 'pending' || status === 'running') throw notFinished('job', job.id, status);
	return { id: job.id, ...requestPackage(asked, job.id), workflowId: job.workflowId };
}

export function downloadTask(asked: Asked) {
	const job = findJob(asked);
	const { task_id: id = '' } = asked.ids;
	const state = jobStateAt(job, asked.nowMs).tasks[job.tasks.findIndex((task) => task.id === id)];
	if (state === undefined) throw notFound('task', id, ` in job ${job.id}`);
	if (state.status !== 'completed') throw notFinished('task', id, state.status);
	return { id, job_id: job.id, workflow_id: job.workflowId, ...requestPackage(asked, id) };
}
