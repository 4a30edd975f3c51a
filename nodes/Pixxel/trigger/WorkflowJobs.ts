import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { aFewTries, type Patience } from '../api/patience';
import type { PixxelClient } from '../api/PixxelClient';
import { listIn, objectIn, undocumented } from '../api/readAnswer';
import { simplifyJob } from '../job/simplifyJob';

/** The jobs of one workflow, as Pixxel tells of them. */
export class WorkflowJobs {
	private readonly url: string;

	constructor(
		private readonly pixxel: PixxelClient,
		private readonly workflowId: string,
	) {
		this.url = `/v0/workflows/${encodeURIComponent(workflowId)}/jobs`;
	}

	/**
	 * All of them, without their tasks.
	 *
	 * @throws Failure where one has no ID, by which jobs are told apart
	 */
	async list(): Promise<IDataObject[]> {
		const listed = listIn(await this.pixxel.call({ url: this.url, method: 'GET' }), 'jobs');
		if (listed.every(({ id }) => typeof id === 'string' && id !== '')) return listed;
		throw undocumented(undefined, 'the ID of a job');
	}

	/** A job of the list as the trigger emits it: with its tasks. */
	async withTasks(job: IDataObject, patience: Patience = aFewTries()): Promise<INodeExecutionData> {
		const url = `${this.url}/${encodeURIComponent(String(job.id))}`;
		const answer = objectIn(await this.pixxel.call({ url, method: 'GET' }, patience), 'a job');
		const { status, finished_at: finishedAt, ...details } = answer;
		// How the job ended is what the list said: that is what it was chosen by.
		return this.emitted(job, { ...details, status: job.status ?? status, finished_at: job.finished_at ?? finishedAt });
	}

	/** One whose details are gone was a job all the same: it comes without tasks. */
	withoutTasks(job: IDataObject): INodeExecutionData {
		return this.emitted(job, {});
	}

	private emitted(job: IDataObject, details: IDataObject): INodeExecutionData {
		return { json: simplifyJob({ tasks: [], ...job, ...details, id: job.id, workflow_id: this.workflowId }) };
	}
}
