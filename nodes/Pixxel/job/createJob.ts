import type { IDataObject } from 'n8n-workflow';
import { defaultRetry, retryUntil } from '../api/retryPolicy';
import type { PixxelClient } from '../api/PixxelClient';
import { isObject, objectIn, unexpectedAnswer } from '../api/readAnswer';
import { isFailedStatus } from '../api/statusWords';
import { clock } from '../retry/clock';
import { Cancelled, Failure } from '../errors/Failure';
import { formatSeconds } from '../retry/formatSeconds';
import { requireIds } from '../item/parameters/ids';
import { type ItemRun, perItem } from '../item/perItem';
import { readWaitSettings, readBoolean } from '../item/parameters/settings';
import { pollUntil } from '../retry/pollUntil';
import { outcomeOf } from './jobOutcome';
import { shapeJob, tasksOf } from './simplifyJob';

/** For so long after its start, Pixxel may not know a job yet. */
const MAX_UNKNOWN_MS = 30_000;

const IN_DOUBT = {
	unknownOutcome: 'The job may or may not have started',
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
		readBoolean(context, 'waitForCompletion', false);
		// Needed only once the job has started, and paid for: too late to refuse it.
		readBoolean(context, 'simplify', true);
	},
	async (item) => {
		const { context, pixxel, request } = item;
		// Not ended by another item that fails: nobody would learn that this job has started.
		const signal = context.getExecutionCancelSignal();
		const answer = await pixxel.call(request, { ...defaultRetry(), nonIdempotent: IN_DOUBT, signal });
		const started = startedJob(answer);
		context.logger.info(`Pixxel: started job ${pixxel.inWords(started.id)}`);
		const job = readBoolean(context, 'waitForCompletion', false) ? await completed(item, started) : started;
		return [{ json: shapeJob(job, context) }];
	},
);

/** The job that Pixxel says it has started. After an answer without one, nobody knows. */
function startedJob(answer: unknown): IDataObject & { id: string } {
	const { id, ...job } = isObject(answer) ? answer : {};
	if (typeof id === 'string' && id !== '') return { id, ...job };
	const { message } = unexpectedAnswer(answer, 'a job');
	throw new Failure(`${IN_DOUBT.unknownOutcome}: ${message}`, IN_DOUBT.advice);
}

async function completed(item: ItemRun, started: IDataObject & { id: string }): Promise<IDataObject> {
	const { context, pixxel, request, signal } = item;
	const { pollIntervalMs, maxWaitMs } = readWaitSettings(context);
	const { id } = started;
	const startedAt = clock.now();
	const deadline = startedAt + maxWaitMs;
	const look = { ...request, method: 'GET' as const, url: `${request.url}/${encodeURIComponent(id)}`, qs: {} };
	const goesOn = `Job ${id} goes on at Pixxel: do not start it again.`;
	// The answer that started it was the first look.
	await clock.pause(Math.min(pollIntervalMs, maxWaitMs), signal);
	const job = await pollUntil(
		{ pollIntervalMs, deadline, signal },
		async () => {
			const body = await pixxel.call(look, retryUntil(deadline)).catch(async (error) => {
				const isTooEarly = error instanceof Failure && error.httpCode === 404 && clock.now() - startedAt < MAX_UNKNOWN_MS;
				return await (isTooEarly ? started : Promise.reject(error));
			});
			return objectIn(body, 'a job');
		},
		(seen) => outcomeOf(seen) !== undefined,
		({ status }) =>
			new Failure(
				`The job had not ended within ${formatSeconds(maxWaitMs)} (last status: "${pixxel.inWords(status)}")`,
				'Raise "Max Wait" under Options, or let the Pixxel Trigger tell when it has ended.',
			),
	).catch(async (error) => {
		const known = error instanceof Failure && !(error instanceof Cancelled);
		return await Promise.reject(
			known ? new Failure(error.message, `${goesOn} ${error.advice}`, error.httpCode) : error,
		);
	});
	if (outcomeOf(job) === 'failed') throw jobFailure(job, pixxel);
	return job;
}

function jobFailure(job: IDataObject, pixxel: PixxelClient): Failure {
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
