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
	const failingIndex = run.outcome === 'failed' ? job.tasks.findIndex((task) => task.name === run.failingTask) : -1;
	const failsAt = failingIndex < 0 ? job.tasks.length - 1 : failingIndex;
	const steps = run.outcome === 'failed' ? failsAt + 1 : job.tasks.length;
	const elapsed = run.takesMs === 0 ? 1 : (nowMs - job.createdMs) / run.takesMs;
	const share = ending ? 1 : Math.min(run.stopsAt ?? 1, Math.max(0, elapsed));
	const endedMs = ending ? ending.atMs : job.createdMs + run.takesMs;
	const spanMs = Math.max(0, endedMs - job.createdMs);

	const tasks = job.tasks.map((_task, index): TaskState => {
		const begin = index / steps;
		const end = (index + 1) / steps;
		const startedMs = Math.round(job.createdMs + begin * spanMs);
		const finishedMs = Math.round(job.createdMs + end * spanMs);
		const quiet = { stateMsg: '', errMsg: '', failureType: '' };
		if (run.outcome === 'failed' && index > failsAt) {
			return { ...quiet, status: 'pending', progress: 0, stateMsg: share >= 1 ? 'An earlier task has failed' : '' };
		}
		if (share >= end || share >= 1) {
			if (run.outcome === 'failed' && index === failsAt) {
				return {
					status: 'failed',
					progress: 60,
					startedMs,
					finishedMs,
					stateMsg: 'Stopped',
					errMsg: run.errMsg ?? 'Input image is covered by clouds',
					failureType: 'INPUT_REJECTED',
				};
			}
			return { ...quiet, status: 'completed', progress: 100, startedMs, finishedMs, stateMsg: 'Completed' };
		}
		if (share < Math.max(begin, pendingShare)) return { ...quiet, status: 'pending', progress: 0 };
		const progress = Math.min(99, Math.floor(((share - begin) / (end - begin)) * 100));
		return { ...quiet, status: 'running', progress, startedMs, stateMsg: 'Running' };
	});

	if (ending)
		return {
			status: ending.status,
			progress: run.outcome === 'failed' ? 60 : 100,
			finishedAt: ending.finishedAt,
			tasks,
		};
	if (share >= 1) {
		const finishedAt = new Date(endedMs).toISOString();
		return { status: run.outcome, progress: run.outcome === 'failed' ? 60 : 100, finishedAt, tasks };
	}
	const status = share < pendingShare ? 'pending' : 'running';
	return { status, progress: Math.min(99, Math.floor(share * 100)), finishedAt: undefined, tasks };
}
