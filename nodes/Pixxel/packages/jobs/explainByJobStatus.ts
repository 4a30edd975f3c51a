import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../api/readAnswer';
import { isFailedStatus, isInProgress } from '../../api/statusWords';
import { Failure } from '../../errors/Failure';
import type { ItemRun } from '../../item/perItem';

/** `…/jobs/{job}` of `…/jobs/{job}/download` and of `…/jobs/{job}/tasks/{task}/download`. */
const JOB = /^(.*\/jobs\/[^/]+)(?:\/tasks\/([^/]+))?\/download$/;

/** Refusals by which Pixxel may mean "there is nothing to package": the documentation does not say which. */
const MAY_BE_EARLY = [400, 409];

/**
 * What to tell the user of a download that Pixxel refuses. Most often the analysis has not finished, and nothing
 * documented says how Pixxel words that: so one look at the job, after a refusal only, tells.
 *
 * @returns what to throw: the refusal as it is, or one in our own words
 */
export async function explainByJobStatus({ request, pixxel }: ItemRun, refusal: unknown): Promise<unknown> {
	if (!(refusal instanceof Failure) || !MAY_BE_EARLY.includes(refusal.httpCode ?? 0)) return refusal;
	const [, url, taskId] = JOB.exec(request.url) ?? [];
	if (url === undefined) return refusal;
	const job = await pixxel.call({ ...request, method: 'GET', url }).catch(() => undefined);
	const status = statusOf(job, taskId);
	const inWords = pixxel.inWords(status);
	const what = taskId === undefined ? 'job' : 'task';
	if (isInProgress(status)) {
		return new Failure(
			`This ${what} has not finished yet: its status is "${inWords}". Pixxel says: ${refusal.message}`,
			`"Wait Until Ready" waits for the package, not for the analysis. To download when that has ended, start with the Pixxel Trigger, or with "Create job" and "Wait for Completion". Or run this node again later.`,
			refusal.httpCode,
		);
	}
	if (isFailedStatus(status)) {
		return new Failure(
			`This ${what} did not succeed: its status is "${inWords}". Pixxel says: ${refusal.message}`,
			`There is nothing to download. Look at the ${what} in Aurora.`,
			refusal.httpCode,
		);
	}
	return refusal;
}

function statusOf(job: unknown, taskId: string | undefined): string | undefined {
	if (!isObject(job)) return undefined;
	const tasks: unknown[] = Array.isArray(job.tasks) ? job.tasks : [];
	const found = taskId === undefined ? job : tasks.filter(isObject).find(({ id }) => id === decodeURIComponent(taskId));
	const { status } = found ?? ({} as IDataObject);
	return typeof status === 'string' ? status : undefined;
}
