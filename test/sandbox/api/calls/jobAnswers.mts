import { describeOutputs } from '../../packages/outputs.mts';
import type { Behaviour } from '../../types.mts';
import { jobStateAt, type TaskState } from '../../world/jobProgress.mts';
import { uuidOf } from '../../world/wellKnown.mts';
import { type Job, specOf, type Workflow } from '../../world/world.mts';
import { rawJson } from '../rawJson.mts';

const iso = (ms: number) => new Date(ms).toISOString();

function timeTaken(ms: number): string {
	const seconds = Math.round(ms / 1000);
	return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** What an end that has not come (undefined) or was taken away by hand (null) looks like. A field that is undefined is not sent. */
function endField(finishedAt: string | null | undefined, { unfinishedAt = 'empty' }: Behaviour): string | null | undefined {
	if (finishedAt !== undefined) return finishedAt ?? undefined;
	return { empty: '', null: null, zero: '0001-01-01T00:00:00Z', absent: undefined }[unfinishedAt];
}

/** `dexter.GetWorkflowsByIdTransformerResponse` */
export const workflowAnswer = ({ spec, ...workflow }: Workflow, behaviour: Behaviour) => ({ ...workflow, spec: rawJson(spec, behaviour) });

/** `dexter.ListWorkflowItem` */
export function workflowListItem({ spec: _spec, val_errors: _errors, estimated_cost: _cost, ...item }: Workflow) {
	return { ...item, legacy_project_id: uuidOf(`legacy/${item.project_id}`) };
}

/** `dexter.ListJobsItem` */
export function jobListItem(job: Job, behaviour: Behaviour, nowMs: number) {
	const { status, progress, finishedAt } = jobStateAt(job, nowMs);
	const endedMs = Date.parse(finishedAt ?? '');
	const hasEnded = !Number.isNaN(endedMs);
	return {
		created_by: job.createdBy,
		workflow_id: job.workflowId,
		created_at: iso(job.createdMs),
		updated_at: iso(hasEnded ? endedMs : Math.min(nowMs, job.createdMs + job.run.takesMs)),
		finished_at: endField(finishedAt, behaviour),
		estimated_duration: 400,
		progress: String(progress),
		status,
		time_taken: hasEnded ? timeTaken(endedMs - job.createdMs) : '',
		id: job.id,
		cost: job.cost,
	};
}

function taskAnswer(job: Job, { id, name, dependsOn }: Job['tasks'][number], { startedMs, finishedMs, ...state }: TaskState, behaviour: Behaviour) {
	const [started, finished] = [startedMs, finishedMs].map((ms) => (ms === undefined ? '' : iso(ms)));
	return {
		id,
		depends_on: dependsOn,
		recv_time: started,
		send_time: started,
		block_inf_start_time: started,
		block_inf_end_time: finished,
		block_info: { id: uuidOf(`block/${name}`), name, version: '1.4.0' },
		info_logs: [],
		created_at: iso(job.createdMs),
		updated_at: finished || started || iso(job.createdMs),
		finished_at: endField(finished || undefined, behaviour),
		estimated_time_duration: 100,
		time_taken: startedMs === undefined || finishedMs === undefined ? '' : timeTaken(finishedMs - startedMs),
		inputs: rawJson({ block: name, sandbox: true }, behaviour),
		result: rawJson(state.status === 'completed' ? describeOutputs(id) : undefined, behaviour),
		name,
		disclaimer: ['Made by the sandbox, a double of the Pixxel API'],
		err_msg: '',
		failure_type: '',
		state_msg: '',
		...state,
	};
}

/** `dexter.GetJobByIdTransformerResponse`, and the answer to Create Job, which has the same fields. */
export function jobAnswer(job: Job, behaviour: Behaviour, nowMs: number) {
	const item = jobListItem(job, behaviour, nowMs);
	const { tasks } = jobStateAt(job, nowMs);
	return {
		...item,
		exec_created_at: item.created_at,
		exec_updated_at: item.updated_at,
		tasks: job.tasks.map((task, index) => taskAnswer(job, task, tasks[index] as TaskState, behaviour)),
		val_errors: [],
		spec: rawJson(specOf(job.tasks.map(({ name }) => name)), behaviour),
	};
}
