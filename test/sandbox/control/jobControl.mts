import { badRequest, notFound } from '../api/refusal.mts';
import type { Sandbox } from '../sandbox.mts';
import type { JobEnding, MadeJob, NewJob } from '../types.mts';
import type { Job, Run } from '../world/world.mts';
import { addJob } from '../world/world.mts';

const madeJob = (job: Job): MadeJob => ({
	id: job.id,
	workflowId: job.workflowId,
	tasks: job.tasks.map(({ id, name }) => ({ id, name })),
});

function end(job: Job, ending: JobEnding): void {
	const { status = 'completed', failingTask, errMsg } = ending;
	const finishedAt = ending.finishedAt === undefined ? new Date().toISOString() : ending.finishedAt;
	// A missing or unreadable time still needs some moment for the tasks to have ended at.
	const readMs = Date.parse(finishedAt ?? '');
	const atMs = Number.isNaN(readMs) ? Date.now() : readMs;
	const failed = status === 'failed' || failingTask !== undefined;
	const run: Run = { takesMs: Math.max(0, atMs - job.createdMs), outcome: failed ? 'failed' : 'completed' };
	job.run = failed ? { ...run, failingTask: failingTask ?? job.tasks.at(-1)?.name, errMsg } : run;
	job.ending = { status, finishedAt, atMs };
}

/** Ends a job now, whatever it was doing. */
export function finishJob(sandbox: Sandbox, id: string, ending: JobEnding): MadeJob {
	const job = sandbox.world.jobs.get(id);
	if (job === undefined) throw notFound('job', id);
	end(job, ending);
	return madeJob(job);
}

/** Puts a job into a workflow as if somebody had run it. */
export function makeJob(sandbox: Sandbox, wanted: NewJob): MadeJob {
	const workflow = sandbox.world.workflows.get(wanted.workflowId);
	if (workflow === undefined) throw notFound('workflow', wanted.workflowId);
	const createdMs = wanted.createdAt === undefined ? Date.now() - 60_000 : Date.parse(wanted.createdAt);
	if (Number.isNaN(createdMs)) throw badRequest('createdAt must be a timestamp');
	sandbox.createdJobs += 1;
	const name = wanted.name ?? `made/${sandbox.createdJobs}`;
	const job = addJob(sandbox.world, workflow, name, createdMs, { takesMs: 1, outcome: 'completed', stopsAt: 0.4 });
	if (!wanted.running) end(job, wanted);
	return madeJob(job);
}
