import { notFound } from '../exchange.mts';
import type { PackageKind } from '../packages/kinds.mts';
import type { InsightEnding, JobEnding, NewImage, NewInsight, NewJob } from '../types.mts';
import { type Area, type Asset, firstAreas, firstAssets } from './areas.mts';
import { firstImages, type Image, imageOf } from './catalog.mts';
import { finished, firstInsights, type Insight, insightOf, stopped, unfinished } from './insights.mts';
import { firstIndices, firstVisualizations, type Index, type Visualization } from './visualizations.mts';
import { demoWorkflowName, jobId, projectId, projectSlugs, quietWorkflowName, secondProjectWorkflowName, taskId, uuidOf, workflowId } from './wellKnown.mts';
import { now } from '../clock.mts';

/** How a job goes if nobody interferes. */
export interface Run {
	takesMs: number;
	/** Name of the task that fails. Left out: none does. */
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
	tasks: Array<{ id: string; name: string; dependsOn: string[] }>;
	run: Run;
	/** Set by hand through the control part; null leaves the time of its end out. */
	ending?: { status: string; finishedAt: string | null; atMs: number };
}

export type Project = ReturnType<typeof projectOf>;
export type Workflow = ReturnType<typeof workflowOf>;

const users = ['user/one', 'user/two', 'user/three'].map(uuidOf);
const userAt = (order: number) => users[order % users.length] ?? '';

const dayMs = 86_400_000;
const firstDayMs = Date.UTC(2025, 2, 3, 6, 30);
const iso = (ms: number) => new Date(ms).toISOString();

/** Names of a project's processing blocks, in their order; each job makes a task of each. */
const blocksOf = (project: string) => [
	'Area of interest',
	'Hyperspectral image',
	'Atmospheric correction',
	project === projectId(projectSlugs.second) ? 'Crop vigour map' : 'Tailings surface map',
];

/** Of a workflow, and of its jobs alike. */
export const specOf = (blocks: string[]) => ({ blocks: blocks.map((name) => ({ name, version: '1.4.0' })) });

/** `frontier.listProjects`, one entry. The title is what people see: it says that this is the sandbox. */
const projectOf = (slug: string) => ({
	id: projectId(slug),
	name: `sandbox-${slug}`,
	title: `Sandbox (not Pixxel): ${slug}`,
	org_id: uuidOf('organisation'),
	members_count: 3,
	created_at: iso(firstDayMs - 30 * dayMs),
	updated_at: iso(firstDayMs - 30 * dayMs),
	metadata: { sandbox: true },
});

/** `dexter.GetWorkflowsByIdTransformerResponse`. The cost is in credits. */
const workflowOf = (slug: string, name: string, order: number) => ({
	id: workflowId(slug, name),
	name,
	created_by: userAt(order),
	description: `${name}. Made by the sandbox, a double of the Pixxel API.`,
	spec: specOf(blocksOf(projectId(slug))),
	created_at: iso(firstDayMs + order * dayMs),
	updated_at: iso(firstDayMs + (order + 3) * dayMs),
	val_errors: [],
	project_id: projectId(slug),
	estimated_cost: 40 + (order % 7) * 15,
});

/** The workflows that have several jobs each, by their projects. */
const mainWorkflows = {
	[projectSlugs.first]: [
		demoWorkflowName, 'Acid drainage watch', 'Haul road dust', 'Iron oxide mapping', 'Rehabilitation progress', 'Water body turbidity',
		'Élan vital: pâturage & prairie', 'Stockpile volume change',
	],
	[projectSlugs.second]: [
		secondProjectWorkflowName, 'Crop health south fields', 'Nitrogen status winter wheat', 'Irrigation check centre pivots', 'Orchard vigour',
		'Weed pressure sugar beet',
	],
};
/** With these in each other's company, a project has more workflows than the API's default page, so that paging matters. */
const themes = [
	'Tailings pond monitoring', 'Acid drainage watch', 'Haul road dust', 'Waste dump slope stability', 'Iron oxide mapping', 'Clay alteration mapping',
	'Rehabilitation progress', 'Water body turbidity',
];
const sites = ['east basin', 'west basin', 'pit one', 'pit two', 'north lease', 'south lease', 'river corridor', 'plant site'];

/**
 * Everything the documented API shows, as it is on each start: same names, same identifiers, same dates (but for the running jobs,
 * which began two minutes before the start).
 */
export class World {
	readonly projects = new Map<string, Project>();
	readonly workflows = new Map<string, Workflow>();
	readonly jobs = new Map<string, Job>();
	readonly areas: Map<string, Area> = firstAreas();
	readonly assets: Map<string, Asset> = firstAssets(this.areas);
	readonly insights: Map<string, Insight> = firstInsights();
	readonly indices: Map<string, Index> = firstIndices();
	readonly visualizations: Map<string, Visualization> = firstVisualizations();
	readonly images: Map<string, Image> = firstImages();

	constructor() {
		const { first, second } = projectSlugs;
		for (const slug of Object.values(projectSlugs)) this.addProject(slug);
		for (const name of mainWorkflows[first]) this.addPastJobs(this.addWorkflow(first, name));
		this.addWorkflow(first, quietWorkflowName);
		for (const theme of themes) {
			for (const site of sites) {
				const workflow = this.addWorkflow(first, `${theme}, ${site}`);
				this.addJob(workflow, 'latest', Date.parse(workflow.created_at) + dayMs, { takesMs: 420_000 });
			}
		}
		for (const name of mainWorkflows[second]) this.addPastJobs(this.addWorkflow(second, name));
	}

	addProject(slug: string): void {
		const project = projectOf(slug);
		this.projects.set(project.id, project);
	}

	addWorkflow(slug: string, name: string): Workflow {
		const workflow = workflowOf(slug, name, this.workflows.size);
		this.workflows.set(workflow.id, workflow);
		return workflow;
	}

	addJob({ id: workflowId, project_id, estimated_cost }: Workflow, name: string, createdMs: number, run: Run): Job {
		const id = jobId(workflowId, name);
		const blocks = blocksOf(project_id);
		const tasks = blocks.map((block, index) => ({ id: taskId(id, block), name: block, dependsOn: blocks.slice(Math.max(0, index - 1), index) }));
		const job: Job = { id, workflowId, createdBy: userAt(this.jobs.size), createdMs, cost: estimated_cost, tasks, run };
		this.jobs.set(id, job);
		return job;
	}

	/** Puts a job into a workflow as if somebody had run it. */
	makeJob({ workflowId, createdAt, running, ...ending }: NewJob) {
		const workflow = this.workflows.get(workflowId);
		if (workflow === undefined) throw notFound('workflow', workflowId);
		const createdMs = createdAt === undefined ? now() - 60_000 : Date.parse(createdAt);
		const { id, tasks } = this.addJob(workflow, `made/${this.jobs.size}`, createdMs, { takesMs: 1, stopsAt: 0.4 });
		if (!running) this.finishJob(id, ending);
		return { id, tasks };
	}

	/** Ends a job now, whatever it was doing. */
	finishJob(id: string, { status = 'completed', finishedAt = new Date().toISOString() }: JobEnding): void {
		const job = this.jobs.get(id);
		if (job === undefined) throw notFound('job', id);
		// A missing or unreadable time still needs some moment for the tasks to have ended at.
		const atMs = Date.parse(finishedAt ?? '') || now();
		job.run = { takesMs: 1, failingTask: status === 'failed' ? job.tasks.at(-1)?.name : undefined };
		job.ending = { status, finishedAt, atMs };
	}

	/** Puts an insight into an area as if somebody had asked for it. */
	makeInsight({ aoiId, name = `Made ${this.insights.size}`, createdAt, running, ...ending }: NewInsight) {
		if (!this.areas.has(aoiId)) throw notFound('AOI', aoiId);
		const createdMs = createdAt === undefined ? now() - 60_000 : Date.parse(createdAt);
		const insight = insightOf(aoiId, name, createdMs, unfinished('running', 40));
		this.insights.set(insight.id, insight);
		if (!running) this.finishInsight(insight.id, ending);
		return { id: insight.id };
	}

	finishInsight(id: string, { status = 'completed', errMsg = 'Input image is covered by clouds' }: InsightEnding): void {
		const insight = this.insights.get(id);
		if (insight === undefined) throw notFound('insight', id);
		Object.assign(insight, status === 'failed' ? stopped(status, errMsg) : finished(id, status));
	}

	deliverImage({ takenAt, createdAt }: NewImage) {
		const msOf = (time: string | undefined, usual: number) => (time === undefined ? usual : Date.parse(time));
		const image = imageOf(this.images.size, msOf(takenAt, now() - 3 * dayMs), msOf(createdAt, now()));
		this.images.set(image.catalog.id, image);
		return { id: image.catalog.id, itemId: image.catalog.details.id };
	}

	/** What the package of this name holds; the name of one package for several things has a plus between theirs. */
	packageKind(name: string): PackageKind {
		const ids = name.split('+');
		const images = ids.map((id) => this.images.get(id)?.catalog.details.id ?? this.assets.get(id)?.name);
		if (images[0] !== undefined) return { layout: 'images', images: images.map(String) };
		return { layout: this.insights.has(name) ? 'outputs' : 'scene', images: [] };
	}

	private addPastJobs(workflow: Workflow): void {
		const day = (days: number) => Date.parse(workflow.created_at) + days * dayMs;
		this.addJob(workflow, 'oldest', day(1), { takesMs: 412_000 });
		this.addJob(workflow, 'earlier', day(8), { takesMs: 388_000 });
		const errMsg = 'Input image is covered by clouds: 83 % of the area of interest';
		this.addJob(workflow, 'failed', day(15), { takesMs: 95_000, failingTask: 'Atmospheric correction', errMsg });
		this.addJob(workflow, 'latest', day(22), { takesMs: 401_000 });
		this.addJob(workflow, 'running', now() - 120_000, { takesMs: 1, stopsAt: 0.4 });
	}
}
