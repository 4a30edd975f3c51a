import { notFound } from '../refusal.mts';
import type { Sandbox } from '../sandbox.mts';
import type { JobEnding, NewJob } from '../types.mts';
import type { Job } from '../world/world.mts';

function end(job: Job, { status = 'completed', finishedAt = new Date().toISOString() }: JobEnding): void {
	// A missing or unreadable time still needs some moment for the tasks to have ended at.
	const atMs = Date.parse(finishedAt ?? '') || Date.now();
	job.run = { takesMs: 1, failingTask: status === 'failed' ? job.tasks.at(-1)?.name : undefined };
	job.ending = { status, finishedAt, atMs };
}

/** Ends a job now, whatever it was doing. */
export function finishJob({ world }: Sandbox, id: string, ending: JobEnding): void {
	const job = world.jobs.get(id);
	if (job === undefined) throw notFound('job', id);
	end(job, ending);
}

/** Puts a job into a workflow as if somebody had run it. */
export function makeJob(sandbox: Sandbox, { workflowId, createdAt, running, ...ending }: NewJob) {
	const workflow = sandbox.world.workflows.get(workflowId);
	if (workflow === undefined) throw notFound('workflow', workflowId);
	const createdMs = createdAt === undefined ? Date.now() - 60_000 : Date.parse(createdAt);
	sandbox.createdJobs += 1;
	const job = sandbox.world.addJob(workflow, `made/${sandbox.createdJobs}`, createdMs, { takesMs: 1, stopsAt: 0.4 });
	if (!running) end(job, ending);
	return { id: job.id, tasks: job.tasks };
}
