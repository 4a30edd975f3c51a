import type { IDataObject } from 'n8n-workflow';
import { aFewTries, patientUntil } from '../api/patience';
import type { PixxelClient } from '../api/PixxelClient';
import { isObject, objectIn, undocumented } from '../api/readAnswer';
import { isFailedStatus } from '../api/statusWords';
import { clock } from '../ground/clock';
import { Abandoned, Failure } from '../ground/failure';
import { seconds } from '../ground/seconds';
import { requireIds } from '../item/ids';
import { type ItemWork, perItem } from '../item/perItem';
import { readWaitSettings, yesOrNo } from '../item/settings';
import { waitUntil } from '../ground/waitUntil';
import { outcomeOf } from './jobStatus';
import { jobAsChosen, tasksOf } from './simplifyJob';

/** For so long after its start, Pixxel may not know a job yet. */
const MAX_UNKNOWN_MS = 30_000;

const IN_DOUBT = {
	inDoubt: 'The job may or may not have started',
	advice: 'Look at the workflow in Aurora before you run this node again: each job costs credits.',
};

/**
 * Starts a job, and waits for its end where the user says so. Items fail with a Failure where Pixxel refuses, where nobody knows
 * whether the job has started, where it did not succeed, or where the time is up.
 */
export const createJob = perItem(
	(context) => {
		requireIds(context, ['projectId', 'workflowId']);
		readWaitSettings(context);
		yesOrNo(context, 'waitForCompletion', false);
		// Needed only once the job has started, and paid for: too late to refuse it.
		yesOrNo(context, 'simplify', true);
	},
	async (item) => {
		const { context, pixxel, request } = item;
		// Not ended by another item that fails: nobody would learn that this job has started.
		const signal = context.getExecutionCancelSignal();
		const answer = await pixxel.call(request, { ...aFewTries(), onceOnly: IN_DOUBT, signal });
		const started = startedJob(answer);
		context.logger.info(`Pixxel: started job ${pixxel.inWords(started.id)}`);
		const job = yesOrNo(context, 'waitForCompletion', false) ? await completed(item, started) : started;
		return [{ json: jobAsChosen(job, context) }];
	},
);

/** The job that Pixxel says it has started. After an answer without one, nobody knows. */
function startedJob(answer: unknown): IDataObject & { id: string } {
	const { id, ...job } = isObject(answer) ? answer : {};
	if (typeof id === 'string' && id !== '') return { id, ...job };
	const { message } = undocumented(answer, 'a job');
	throw new Failure(`${IN_DOUBT.inDoubt}: ${message}`, IN_DOUBT.advice);
}

async function completed(item: ItemWork, started: IDataObject & { id: string }): Promise<IDataObject> {
	const { context, pixxel, request, signal } = item;
	const { pollIntervalMs, maxWaitMs } = readWaitSettings(context);
	const { id } = started;
	const startedAt = clock.now();
	const until = startedAt + maxWaitMs;
	const look = { ...request, method: 'GET' as const, url: `${request.url}/${encodeURIComponent(id)}`, qs: {} };
	const goesOn = `Job ${id} goes on at Pixxel: do not start it again.`;
	// The answer that started it was the first look.
	await clock.pause(Math.min(pollIntervalMs, maxWaitMs), signal);
	const job = await waitUntil(
		{ pollIntervalMs, until, signal },
		async () => {
			const body = await pixxel.call(look, patientUntil(until)).catch(async (error) => {
				const isTooEarly = error instanceof Failure && error.httpCode === 404 && clock.now() - startedAt < MAX_UNKNOWN_MS;
				return await (isTooEarly ? started : Promise.reject(error));
			});
			return objectIn(body, 'a job');
		},
		(seen) => outcomeOf(seen) !== undefined,
		({ status }) =>
			new Failure(
				`The job had not ended within ${seconds(maxWaitMs)} (last status: "${pixxel.inWords(status)}")`,
				'Raise "Max Wait" under Options, or let the Pixxel Trigger tell when it has ended.',
			),
	).catch(async (error) => {
		const known = error instanceof Failure && !(error instanceof Abandoned);
		return await Promise.reject(
			known ? new Failure(error.message, `${goesOn} ${error.advice}`, error.httpCode) : error,
		);
	});
	if (outcomeOf(job) === 'failed') throw whyItFailed(job, pixxel);
	return job;
}

function whyItFailed(job: IDataObject, pixxel: PixxelClient): Failure {
	const tasks = tasksOf(job);
	const culprit =
		tasks.find(({ status }) => typeof status === 'string' && isFailedStatus(status)) ??
		tasks.find(({ err_msg: words }) => Boolean(words));
	const words = culprit && (culprit.err_msg || culprit.state_msg || culprit.failure_type);
	const cause = culprit
		? `task "${String(culprit.name)}" ${words ? `says "${String(words)}"` : 'did not succeed'}`
		: `its status is "${String(job.status)}"`;
	return new Failure(
		pixxel.redact(`Job ${String(job.id)} did not succeed: ${cause}`),
		'Look at the job in Aurora. Running it again costs credits again.',
	);
}
