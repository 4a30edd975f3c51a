import type { IDataObject } from 'n8n-workflow';
import { aFewTries, patientUntil } from '../api/patience';
import { objectIn } from '../api/readAnswer';
import { Failure } from '../failure';
import { requireIds } from '../run/ids';
import { type ItemWork, perItem } from '../run/perItem';
import { readWaitSettings } from '../run/settings';
import { waitUntil } from '../run/waitUntil';
import { outcomeOf } from './jobStatus';
import { jobAsChosen, tasksOf } from './simplifyJob';

/** Starts a job, and waits for its end where the user says so. */
export const createJob = perItem(
	(context) => {
		requireIds(context, ['projectId', 'workflowId']);
		readWaitSettings(context);
	},
	async (item) => {
		const { context, pixxel, request } = item;
		const started = objectIn(await pixxel.call(request, { ...aFewTries(), onceOnly: true }), 'a job');
		const wait = context.getNodeParameter('waitForCompletion', false) === true;
		const job = wait ? await completed(item, started) : started;
		return [{ json: jobAsChosen(job, context) }];
	},
);

async function completed(item: ItemWork, started: IDataObject): Promise<IDataObject> {
	const { context, pixxel, request, signal } = item;
	const { pollIntervalMs, maxWaitMs } = readWaitSettings(context);
	const { id } = started;
	if (typeof id !== 'string' || id === '') {
		throw new Failure(
			'Pixxel started a job without saying which',
			'Look for it in Aurora. Do not run this node again before: that would start another one.',
		);
	}
	const until = Date.now() + maxWaitMs;
	const url = `${request.url}/${encodeURIComponent(id)}`;
	context.logger.info(`Pixxel: waiting for job ${id}`);

	const job = await waitUntil(
		{ pollIntervalMs, until, signal },
		async () => objectIn(await pixxel.call({ url, method: 'GET' }, patientUntil(until)), 'a job'),
		(seen) => outcomeOf(seen) !== undefined,
		({ status }) =>
			new Failure(
				`Job ${id} had not ended within ${maxWaitMs / 1_000} seconds (last status: "${String(status)}")`,
				'It goes on at Pixxel: do not start it again. Raise "Max Wait" under Options, or let the Pixxel Trigger tell when it has ended.',
			),
	);
	if (outcomeOf(job) === 'failed') throw whyItFailed(job);
	return job;
}

function whyItFailed(job: IDataObject): Failure {
	const culprit = tasksOf(job).find(({ err_msg: words }) => typeof words === 'string' && words !== '');
	const cause = culprit
		? `: task "${String(culprit.name)}" says "${String(culprit.err_msg)}"`
		: ` with status "${String(job.status)}"`;
	return new Failure(
		`Job ${String(job.id)} did not succeed${cause}`,
		'Look at the job in Aurora. Running it again costs credits again.',
	);
}
