import { badRequest, forbidden, notFound, Refusal } from '../exchange.mts';
import type { Sandbox } from '../sandbox.mts';
import { signedUrl } from '../storage/storage.mts';
import { jobStateAt } from '../world/jobProgress.mts';
import type { Job, Project, Workflow } from '../world/world.mts';
import { jobAnswer, jobListItem, workflowListItem } from './answers.mts';

/** Says whether a project is open to the holder of a key. */
export type Access = (projectId: string) => boolean;

/** One checked request. */
interface Asked {
	sandbox: Sandbox;
	access: Access;
	ids: Record<string, string>;
	query: Record<string, string>;
	nowMs: number;
}

const defaultLimit = 50;

function findProject({ sandbox, access }: Asked, id: string): Project {
	const project = sandbox.world.projects.get(id);
	if (project === undefined) throw notFound('project', id);
	if (!access(id)) throw forbidden(`Authorization token lacks access to project ${id}`);
	return project;
}

function findWorkflow(asked: Asked): Workflow {
	const id = asked.ids.workflow ?? '';
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
	const id = asked.ids.job ?? '';
	const job = asked.sandbox.world.jobs.get(id);
	if (job === undefined || job.workflowId !== workflow.id) throw notFound('job', id, ` in workflow ${workflow.id}`);
	return job;
}

/** A date names a whole day, a timestamp one moment. */
const matchesTime = (iso: string, wanted: string | undefined) =>
	wanted === undefined || (wanted.length === 10 ? iso.startsWith(wanted) : Date.parse(iso) === Date.parse(wanted));

const matches = (value: string, wanted: string | undefined) => wanted === undefined || value === wanted;

function listProjects(asked: Asked) {
	const open = [...asked.sandbox.world.projects.values()].filter((project) => asked.access(project.id));
	const size = Number(asked.query.page_size ?? open.length);
	const first = (Math.max(1, Number(asked.query.page_num ?? 1)) - 1) * size;
	return { count: open.length, projects: open.slice(first, first + size) };
}

function listWorkflows(asked: Asked) {
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
			workflow.name.toLowerCase().includes((query.name ?? '').toLowerCase()) &&
			matchesTime(workflow.created_at, query.created_on) &&
			matchesTime(workflow.updated_at, query.updated_at),
	);
	const offset = Number(query.offset ?? 0);
	const limit = Number(query.limit ?? defaultLimit);
	return {
		workflows: found.slice(offset, offset + limit).map(workflowListItem),
		pagination: { limit, offset, total: found.length },
	};
}

function listJobs(asked: Asked) {
	const { query, sandbox, nowMs } = asked;
	const workflow = findWorkflow(asked);
	const jobs = [...sandbox.world.jobs.values()]
		.filter((job) => job.workflowId === workflow.id)
		.map((job) => jobListItem(job, sandbox.behaviour, nowMs))
		.filter((job) => matches(job.id, query.id) && matches(job.created_by, query.created_by) && matches(job.status, query.status))
		.filter((job) => matchesTime(job.created_at, query.created_on))
		// By identifier, which says nothing about time: the documentation promises no order.
		.sort((a, b) => (a.id < b.id ? -1 : 1));
	return { jobs };
}

function createJob(asked: Asked) {
	const { sandbox, nowMs } = asked;
	const workflow = findWorkflowIn(asked);
	const { takesMs = 0, ...plan } = { ...sandbox.plans.get('*'), ...sandbox.plans.get(workflow.id) };
	const job = sandbox.world.addJob(workflow, `created/${sandbox.world.jobs.size}`, nowMs, { takesMs, ...plan });
	return jobAnswer(job, sandbox.behaviour, nowMs);
}

/** Begins packaging if nobody has yet, and says how far it is: repeating the question changes nothing. */
function requestPackage({ sandbox, nowMs }: Asked, id: string) {
	const pack = sandbox.packages.get(id);
	pack.puts += 1;
	pack.startedMs ??= nowMs;
	const { neverReady, readyAfterMs = 0, pendingStatus = 'pending', readyStatus = 'ready', failStatus, unreadyUrl = 'empty' } = pack.settings;
	const isDone = !neverReady && nowMs - pack.startedMs >= readyAfterMs;
	if (isDone && failStatus === undefined) return { status: readyStatus, signed_url: signedUrl(sandbox, id) };
	return { status: isDone ? failStatus : pendingStatus, signed_url: { empty: '', null: null, absent: undefined }[unreadyUrl] };
}

const notFinished = (what: string, id: string, status: string) =>
	new Refusal(400, 'not_finished', `${what} ${id} has no output to package: its status is ${status}`, { status });

function downloadJob(asked: Asked) {
	const job = findJob(asked);
	const { status } = jobStateAt(job, asked.nowMs);
	if (status === 'pending' || status === 'running') throw notFinished('job', job.id, status);
	return { id: job.id, ...requestPackage(asked, job.id), workflowId: job.workflowId };
}

function downloadTask(asked: Asked) {
	const job = findJob(asked);
	const { task: id = '' } = asked.ids;
	const state = jobStateAt(job, asked.nowMs).tasks[job.tasks.findIndex((task) => task.id === id)];
	if (state === undefined) throw notFound('task', id, ` in job ${job.id}`);
	if (state.status !== 'completed') throw notFinished('task', id, state.status);
	return { id, job_id: job.id, workflow_id: job.workflowId, ...requestPackage(asked, id) };
}

/** What a query parameter may hold. */
export type ParameterKind = 'text' | 'date' | 'count';

export interface DocumentedCall {
	method: 'GET' | 'POST' | 'PUT';
	/** Segments in braces take any one segment. */
	path: string;
	query?: Record<string, ParameterKind>;
	/** Query parameters the call insists on. */
	required?: string[];
	/** Whether the call works without a key. */
	open?: true;
	answer: (asked: Asked) => unknown;
}

const workflow = '/v0/workflows/{workflow}';
const job = `${workflow}/jobs/{job}`;
const inProject: Pick<DocumentedCall, 'query' | 'required'> = { query: { project_id: 'text' }, required: ['project_id'] };
const made = { created_by: 'text', created_on: 'date' } as const;
const page = { offset: 'count', limit: 'count' } as const;

/** Every call the sandbox knows, with every query parameter the documentation names for it. */
export const documentedCalls: DocumentedCall[] = [
	{ method: 'GET', path: '/ping', open: true, answer: () => 'pong' },
	{ method: 'GET', path: '/v0/projects', query: { page_num: 'count', page_size: 'count' }, answer: listProjects },
	{ method: 'GET', path: '/v0/projects/{project}', answer: (asked) => ({ project: findProject(asked, asked.ids.project ?? '') }) },
	{
		method: 'GET',
		path: '/v0/workflows',
		query: { project_id: 'text', id: 'text', name: 'text', ...made, updated_at: 'date', ...page },
		answer: listWorkflows,
	},
	{ method: 'GET', path: workflow, ...inProject, answer: findWorkflowIn },
	{ method: 'GET', path: `${workflow}/estimate`, answer: (asked) => ({ estimated_cost: findWorkflow(asked).estimated_cost }) },
	{ method: 'GET', path: `${workflow}/jobs`, query: { id: 'text', status: 'text', ...made }, answer: listJobs },
	{ method: 'POST', path: `${workflow}/jobs`, ...inProject, answer: createJob },
	{ method: 'GET', path: job, answer: (asked) => jobAnswer(findJob(asked), asked.sandbox.behaviour, asked.nowMs) },
	{ method: 'PUT', path: `${job}/download`, answer: downloadJob },
	{ method: 'PUT', path: `${job}/tasks/{task}/download`, answer: downloadTask },
];
