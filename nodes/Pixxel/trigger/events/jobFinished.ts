import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { PixxelClient } from '../../api/PixxelClient';
import { listIn, objectIn, timeOf, unexpectedAnswer } from '../../api/readAnswer';
import { outcomeOf } from '../../job/jobOutcome';
import { simplifyJob } from '../../job/simplifyJob';
import type { EventSource } from './EventSource';

/** A job of one workflow has ended. The list has no tasks: they come with each job's details. */
export function jobFinished(pixxel: PixxelClient, workflowId: string): EventSource {
	const url = `/v0/workflows/${encodeURIComponent(workflowId)}/jobs`;
	const emitted = (job: IDataObject, details: IDataObject): INodeExecutionData => ({
		json: simplifyJob({ tasks: [], ...job, ...details, id: job.id, workflow_id: workflowId }),
	});
	return {
		noun: 'job',
		owner: 'workflow',
		toSeeOne: 'run the workflow in Aurora',
		scope: workflowId,
		idOf: ({ id }) => String(id),
		outcomeOf,
		endOf: (job) => timeOf(job.finished_at) ?? timeOf(job.updated_at) ?? timeOf(job.created_at) ?? 0,

		async list(policy) {
			const listed = listIn(await pixxel.call({ url, method: 'GET' }, policy), 'jobs');
			if (listed.every(({ id }) => typeof id === 'string' && id !== '')) return listed;
			throw unexpectedAnswer(undefined, 'the ID of a job');
		},

		async details(job, policy) {
			const answer = await pixxel.call({ url: `${url}/${encodeURIComponent(String(job.id))}`, method: 'GET' }, policy);
			const { status, finished_at: finishedAt, ...details } = objectIn(answer, 'a job');
			// How the job ended is what the list said: that is what it was chosen by.
			return emitted(job, { ...details, status: job.status ?? status, finished_at: job.finished_at ?? finishedAt });
		},

		withoutDetails: (job) => emitted(job, {}),
	};
}
