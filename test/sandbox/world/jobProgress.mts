import type { Job } from './world.mts';

/** A task as it stands at one moment, in the API's words, but for its times: epoch milliseconds. */
export interface TaskState {
	status: string;
	/** 0 to 100. */
	progress: number;
	startedMs?: number;
	finishedMs?: number;
	state_msg?: string;
	err_msg?: string;
	failure_type?: string;
}

/** A job is announced as pending for this share of its time. */
const pendingShare = 0.05;

/**
 * Where a job stands at a moment (without a time of its end while it runs): its tasks run one after the other, each for the same share of the job's time; a task that
 * fails ends the job. Pure, so that nothing has to tick: the clock alone makes jobs progress.
 */
export function jobStateAt(job: Job, nowMs: number) {
	const { run, ending, createdMs } = job;
	const share = ending ? 1 : Math.min(run.stopsAt ?? 1, (nowMs - createdMs) / Math.max(1, run.takesMs));
	const endedMs = ending ? ending.atMs : createdMs + run.takesMs;
	const tasks = tasksAt(job, share, Math.max(0, endedMs - createdMs));
	if (share < 1) {
		return { status: share < pendingShare ? 'pending' : 'running', progress: Math.floor(share * 100), finishedAt: undefined, tasks };
	}
	const hasFailed = run.failingTask !== undefined;
	const { status, finishedAt } = ending ?? { status: hasFailed ? 'failed' : 'completed', finishedAt: new Date(endedMs).toISOString() };
	return { status, progress: hasFailed ? 60 : 100, finishedAt, tasks };
}

/** @param share of the job's way that is done, 0 to 1 */
function tasksAt({ run, tasks, createdMs }: Job, share: number, spanMs: number): TaskState[] {
	const failing = tasks.findIndex(({ name }) => name === run.failingTask);
	const failsAt = failing < 0 ? Infinity : failing;
	const steps = Math.min(tasks.length, failsAt + 1);
	return tasks.map((_task, index): TaskState => {
		const [begin, end] = [index / steps, (index + 1) / steps];
		const startedMs = Math.round(createdMs + begin * spanMs);
		const finishedMs = Math.round(createdMs + end * spanMs);
		if (index > failsAt) return { status: 'pending', progress: 0, state_msg: share >= 1 ? 'An earlier task has failed' : '' };
		if (share >= end) {
			if (index < failsAt) return { status: 'completed', progress: 100, startedMs, finishedMs, state_msg: 'Completed' };
			const { errMsg: err_msg = 'Input image is covered by clouds' } = run;
			return { status: 'failed', progress: 60, startedMs, finishedMs, state_msg: 'Stopped', err_msg, failure_type: 'INPUT_REJECTED' };
		}
		if (share < Math.max(begin, pendingShare)) return { status: 'pending', progress: 0 };
		return { status: 'running', progress: Math.floor(((share - begin) / (end - begin)) * 100), startedMs, state_msg: 'Running' };
	});
}
