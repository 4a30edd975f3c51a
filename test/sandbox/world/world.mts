import {
	demoWorkflowName,
	jobId,
	projectId,
	projectSlugs,
	quietWorkflowName,
	taskId,
	uuidOf,
	workflowId,
} from './wellKnown.mts';
import { firstProjectWorkflows, secondProjectWorkflows } from './workflowNames.mts';

export interface Project {
	id: string;
	/** The slug. */
	name: string;
	/** What people see; says that this is the sandbox. */
	title: string;
	membersCount: number;
	createdMs: number;
}

export interface Workflow {
	id: string;
	projectId: string;
	name: string;
	description: string;
	createdBy: string;
	createdMs: number;
	updatedMs: number;
	/** Credits. */
	estimatedCost: number;
	/** Names of its processing blocks, in their order; each run makes a task of each. */
	blocks: string[];
}

export interface Task {
	id: string;
	name: string;
	dependsOn: string[];
}

/** How a job goes if nobody interferes. */
export interface Run {
	takesMs: number;
	outcome: 'completed' | 'failed';
	failingTask?: string;
	errMsg?: string;
	/** Share of the way (0 to 1) that the job never gets past. */
	stopsAt?: number;
}

export interface Job {
	id: string;
	workflowId: string;
	createdBy: string;
	createdMs: number;
	cost: number;
	tasks: Task[];
	run: Run;
	/** Set by hand through the control part. */
	ending?: { status: string; finishedAt: string | null; atMs: number };
}

/** Everything the documented API shows. */
export interface World {
	projects: Map<string, Project>;
	workflows: Map<string, Workflow>;
	jobs: Map<string, Job>;
}

export const organisationId = uuidOf('organisation');
export const users = ['user/one', 'user/two', 'user/three'].map(uuidOf);

const dayMs = 86_400_000;
const firstDayMs = Date.UTC(2025, 2, 3, 6, 30);

const miningBlocks = ['Area of interest', 'Hyperspectral image', 'Atmospheric correction', 'Tailings surface map'];
const cropBlocks = ['Area of interest', 'Hyperspectral image', 'Atmospheric correction', 'Crop vigour map'];

/** Adds a project to the world. */
export function addProject(world: World, slug: string): Project {
	const project: Project = {
		id: projectId(slug),
		name: `sandbox-${slug}`,
		title: `Sandbox (not Pixxel): ${slug}`,
		membersCount: 3,
		createdMs: firstDayMs - 30 * dayMs,
	};
	world.projects.set(project.id, project);
	return project;
}

/** Adds a workflow to a project. */
export function addWorkflow(world: World, slug: string, name: string, blocks: string[]): Workflow {
	const id = workflowId(slug, name);
	const order = world.workflows.size;
	const createdMs = firstDayMs + order * dayMs;
	const workflow: Workflow = {
		id,
		projectId: projectId(slug),
		name,
		description: `${name}. Made by the sandbox, a double of the Pixxel API.`,
		createdBy: users[order % users.length] ?? '',
		createdMs,
		updatedMs: createdMs + 3 * dayMs,
		estimatedCost: 40 + (order % 7) * 15,
		blocks,
	};
	world.workflows.set(id, workflow);
	return workflow;
}

/** Adds a job to a workflow, with one task for each of its blocks. */
export function addJob(world: World, workflow: Workflow, name: string, createdMs: number, run: Run): Job {
	const id = jobId(workflow.id, name);
	const tasks = workflow.blocks.map((block, index) => ({
		id: taskId(id, block),
		name: block,
		dependsOn: workflow.blocks.slice(Math.max(0, index - 1), index),
	}));
	const job: Job = {
		id,
		workflowId: workflow.id,
		createdBy: users[world.jobs.size % users.length] ?? '',
		createdMs,
		cost: workflow.estimatedCost,
		tasks,
		run,
	};
	world.jobs.set(id, job);
	return job;
}

function addPastJobs(world: World, workflow: Workflow, startedMs: number): void {
	const day = (days: number) => workflow.createdMs + days * dayMs;
	const completed = (takesMs: number): Run => ({ takesMs, outcome: 'completed' });
	addJob(world, workflow, 'oldest', day(1), completed(412_000));
	addJob(world, workflow, 'earlier', day(8), completed(388_000));
	addJob(world, workflow, 'failed', day(15), {
		takesMs: 95_000,
		outcome: 'failed',
		failingTask: 'Atmospheric correction',
		errMsg: 'Input image is covered by clouds: 83 % of the area of interest',
	});
	addJob(world, workflow, 'latest', day(22), completed(401_000));
	addJob(world, workflow, 'running', startedMs - 120_000, { takesMs: 1, outcome: 'completed', stopsAt: 0.4 });
}

/**
 * Builds the world as it is on each start: same names, same identifiers, same dates (but for the running jobs, which began
 * two minutes before the start).
 */
export function createWorld(startedMs: number): World {
	const world: World = { projects: new Map(), workflows: new Map(), jobs: new Map() };
	for (const slug of Object.values(projectSlugs)) addProject(world, slug);
	for (const [index, name] of firstProjectWorkflows.entries()) {
		const workflow = addWorkflow(world, projectSlugs.first, name, miningBlocks);
		if (name === quietWorkflowName) continue;
		if (name === demoWorkflowName || index < 8) addPastJobs(world, workflow, startedMs);
		else addJob(world, workflow, 'latest', workflow.createdMs + dayMs, { takesMs: 420_000, outcome: 'completed' });
	}
	for (const name of secondProjectWorkflows) {
		addPastJobs(world, addWorkflow(world, projectSlugs.second, name, cropBlocks), startedMs);
	}
	return world;
}
