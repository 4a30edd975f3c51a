import type { Job } from './world.mts';

/** A task as it stands at one moment. Times are epoch milliseconds. */
export interface TaskState {
	status: string;
	/** 0 to 100. */
	progress: number;
	startedMs?: number;
	finishedMs?: number;
	stateMsg: string;
	errMsg: string;
	failureType: string;
}

/** A job as it stands at one moment. */
export interface JobState {
	status: string;
	/** 0 to 100. */
	progress: number;
	/** ISO 8601, or whatever was set by hand; undefined: not ended; null: ended, but the field is left out. */
	finishedAt: string | null | undefined;
	tasks: TaskState[];
}

/** A job is announced as pending for this share of its time. */
const pendingShare = 0.05;

/**
 * Where a job stands at a moment: its tasks run one after the other, each for the same share of the job's time; a task that
 * fails ends the job. Pure, so that nothing has to tick: the clock alone makes jobs progress.
 */
export function jobStateAt(job: Job, nowMs: number): JobState {
	const { run, ending } = job;
	const elapsed = run.takesMs === 0 ? 1 : (nowMs - job.createdMs) / run.takesMs;
	const share = ending ? 1 : Math.min(run.stopsAt ?? 1, Math.max(0, elapsed));
	const endedMs = ending ? ending.atMs : job.createdMs + run.takesMs;
	const tasks = tasksAt(job, share, Math.max(0, endedMs - job.createdMs));
	if (share < 1) {
		const status = share < pendingShare ? 'pending' : 'running';
		return { status, progress: Math.min(99, Math.floor(share * 100)), finishedAt: undefined, tasks };
	}
	const { status, finishedAt } = ending ?? { status: run.outcome, finishedAt: new Date(endedMs).toISOString() };
	return { status, progress: run.outcome === 'failed' ? 60 : 100, finishedAt, tasks };
}

/** @param share of the job's way that is done, 0 to 1 */
function tasksAt({ run, tasks, createdMs }: Job, share: number, spanMs: number): TaskState[] {
	const named = tasks.findIndex((task) => task.name === run.failingTask);
	const failsAt = run.outcome !== 'failed' ? Infinity : named < 0 ? tasks.length - 1 : named;
	const steps = Math.min(tasks.length, failsAt + 1);
	return tasks.map((_task, index): TaskState => {
		const [begin, end] = [index / steps, (index + 1) / steps];
		const startedMs = Math.round(createdMs + begin * spanMs);
		const finishedMs = Math.round(createdMs + end * spanMs);
		const quiet = { stateMsg: '', errMsg: '', failureType: '' };
		if (index > failsAt) return { ...quiet, status: 'pending', progress: 0, stateMsg: share >= 1 ? 'An earlier task has failed' : '' };
		if (share >= end || share >= 1) {
			const ended = { startedMs, finishedMs, stateMsg: 'Completed' };
			if (index < failsAt) return { ...quiet, ...ended, status: 'completed', progress: 100 };
			const errMsg = run.errMsg ?? 'Input image is covered by clouds';
			return { ...ended, status: 'failed', progress: 60, stateMsg: 'Stopped', errMsg, failureType: 'INPUT_REJECTED' };
		}
		if (share < Math.max(begin, pendingShare)) return { ...quiet, status: 'pending', progress: 0 };
		const progress = Math.min(99, Math.floor(((share - begin) / (end - begin)) * 100));
		return { ...quiet, status: 'running', progress, startedMs, stateMsg: 'Running' };
	});
}
