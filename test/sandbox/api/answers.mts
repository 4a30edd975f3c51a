import { uuidOf } from '../world/wellKnown.mts';
import type { TaskState } from '../world/jobProgress.mts';
import { jobStateAt } from '../world/jobProgress.mts';
import type { Behaviour } from '../types.mts';
import type { Job, Project, Task, Workflow } from '../world/world.mts';
import { organisationId } from '../world/world.mts';

const iso = (ms: number) => new Date(ms).toISOString();

/** The documentation describes raw JSON fields as arrays of integers: the bytes of the JSON text. */
const jsonBytes = (value: unknown) => [...Buffer.from(JSON.stringify(value))];

function timeTaken(ms: number): string {
	const seconds = Math.round(ms / 1000);
	return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** What an end that has not come, or was taken away by hand, looks like. */
function finishedField(finishedAt: string | null | undefined, behaviour: Behaviour): { finished_at?: string | null } {
	if (typeof finishedAt === 'string') return { finished_at: finishedAt };
	if (finishedAt === null) return {};
	switch (behaviour.unfinishedAt ?? 'empty') {
		case 'empty':
			return { finished_at: '' };
		case 'null':
			return { finished_at: null };
		case 'zero':
			return { finished_at: '0001-01-01T00:00:00Z' };
		case 'absent':
			return {};
	}
}

/** `frontier.listProjects`, one entry. */
export function projectAnswer(project: Project) {
	return {
		id: project.id,
		name: project.name,
		title: project.title,
		org_id: organisationId,
		members_count: project.membersCount,
		created_at: iso(project.createdMs),
		updated_at: iso(project.createdMs),
		metadata: { sandbox: true },
	};
}

/** `dexter.ListWorkflowItem` */
export function workflowListItem(workflow: Workflow) {
	return {
		id: workflow.id,
		project_id: workflow.projectId,
		legacy_project_id: uuidOf(`legacy/${workflow.projectId}`),
		name: workflow.name,
		created_by: workflow.createdBy,
		description: workflow.description,
		created_at: iso(workflow.createdMs),
		updated_at: iso(workflow.updatedMs),
	};
}

const specOf = (blocks: string[]) => jsonBytes({ blocks: blocks.map((name) => ({ name, version: '1.4.0' })) });

/** `dexter.GetWorkflowsByIdTransformerResponse` */
export function workflowAnswer(workflow: Workflow) {
	return {
		id: workflow.id,
		name: workflow.name,
		created_by: workflow.createdBy,
		description: workflow.description,
		spec: specOf(workflow.blocks),
		created_at: iso(workflow.createdMs),
		updated_at: iso(workflow.updatedMs),
		val_errors: [],
		project_id: workflow.projectId,
		estimated_cost: workflow.estimatedCost,
	};
}

/** `dexter.ListJobsItem` */
export function jobListItem(job: Job, behaviour: Behaviour, nowMs: number) {
	const state = jobStateAt(job, nowMs);
	const endedMs = Date.parse(state.finishedAt ?? '');
	const updatedMs = Number.isNaN(endedMs)
		? Math.max(job.createdMs, Math.min(nowMs, job.createdMs + job.run.takesMs))
		: endedMs;
	return {
		created_by: job.createdBy,
		workflow_id: job.workflowId,
		created_at: iso(job.createdMs),
		updated_at: iso(updatedMs),
		...finishedField(state.finishedAt, behaviour),
		estimated_duration: 400,
		progress: String(state.progress),
		status: state.status,
		time_taken: Number.isNaN(endedMs) ? '' : timeTaken(endedMs - job.createdMs),
		id: job.id,
		cost: job.cost,
	};
}

function taskAnswer(job: Job, task: Task, state: TaskState, behaviour: Behaviour) {
	const { startedMs, finishedMs } = state;
	const started = startedMs === undefined ? '' : iso(startedMs);
	const finished = finishedMs === undefined ? '' : iso(finishedMs);
	const ended = state.status === 'completed';
	return {
		id: task.id,
		depends_on: task.dependsOn,
		recv_time: started,
		send_time: started,
		block_inf_start_time: started,
		block_inf_end_time: finished,
		block_info: { id: uuidOf(`block/${task.name}`), name: task.name, version: '1.4.0' },
		err_msg: state.errMsg,
		failure_type: state.failureType,
		info_logs: [],
		created_at: iso(job.createdMs),
		updated_at: finished || started || iso(job.createdMs),
		...finishedField(finishedMs === undefined ? undefined : finished, behaviour),
		estimated_time_duration: 100,
		time_taken: startedMs === undefined || finishedMs === undefined ? '' : timeTaken(finishedMs - startedMs),
		status: state.status,
		state_msg: state.stateMsg,
		inputs: jsonBytes({ block: task.name, sandbox: true }),
		result: ended ? jsonBytes({ files: ['rasters/bands.tif', 'rasters/ndvi.tif', 'vectors/zones.geojson', 'quicklook.png', 'statistics.json'] }) : [],
		name: task.name,
		progress: state.progress,
		disclaimer: ['Made by the sandbox, a double of the Pixxel API'],
	};
}

/** `dexter.GetJobByIdTransformerResponse`, and the answer to Create Job, which has the same fields. */
export function jobAnswer(job: Job, behaviour: Behaviour, nowMs: number) {
	const state = jobStateAt(job, nowMs);
	const item = jobListItem(job, behaviour, nowMs);
	return {
		...item,
		exec_created_at: item.created_at,
		exec_updated_at: item.updated_at,
		tasks: job.tasks.flatMap((task, index) => {
			const taskState = state.tasks[index];
			return taskState === undefined ? [] : [taskAnswer(job, task, taskState, behaviour)];
		}),
		val_errors: [],
		spec: specOf(job.tasks.map((task) => task.name)),
	};
}
