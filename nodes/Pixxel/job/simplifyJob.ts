import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { isObject } from '../api/readAnswer';
import { readBoolean } from '../item/parameters/settings';
import { pick } from '../item/simplified';
import { describeOutputs } from './describeOutputs';

/** What tells jobs apart comes first: n8n's table shows them in this order, and not many of them at once. */
const JOB_FIELDS = ['id', 'status', 'progress', 'created_at', 'finished_at', 'time_taken', 'cost', 'workflow_id'];
const TASK_FIELDS = ['id', 'name', 'status', 'progress', 'state_msg', 'err_msg', 'failure_type', 'finished_at'];

/** The tasks of a job; none where the answer has none. */
export function tasksOf(job: IDataObject): IDataObject[] {
	return Array.isArray(job.tasks) ? (job.tasks as unknown[]).filter(isObject) : [];
}

/** Which model a task has run, in which version. */
function blockOf({ block_info: info }: IDataObject): IDataObject {
	return isObject(info) ? { block: pick(info, ['name', 'version']) } : {};
}

/**
 * The fields of a job that automations use. Its tasks each say which job and workflow they belong to, so that
 * after a Split Out node they have all that Download Task asks for.
 */
export function simplifyJob(job: IDataObject): IDataObject {
	const simple = pick(job, JOB_FIELDS);
	if (!('tasks' in job)) return simple;
	const tasks = tasksOf(job).map((task) => ({
		...pick(task, TASK_FIELDS),
		...blockOf(task),
		...('result' in task && { outputs: describeOutputs(task.result) }),
		job_id: job.id,
		workflow_id: job.workflow_id,
	}));
	return { ...simple, tasks };
}

/** A job as the user wants it: simplified, or as Pixxel answers it. */
export function shapeJob(job: IDataObject, context: IExecuteSingleFunctions): IDataObject {
	return readBoolean(context, 'simplify', true) ? simplifyJob(job) : job;
}
