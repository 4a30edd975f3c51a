/**
 * Statuses of packages, jobs and tasks are free text: the documentation gives examples, no list.
 * `partial_success` is none of these; a word nobody has seen yet means "not yet" for a package; for a job, its `finished_at` decides.
 */
const FAILED = /fail|error|cancel|abort|reject|denied|expired|invalid|terminated|killed|timed?.?out/i;

/** Any "…ing" is not over yet, "cancelling" included. */
const UNDER_WAY = /^([a-z]+ing|queued|created|started|in[_ -]?progress|scheduled|submitted|accepted|paused)$/i;

/** Whether a status word says that there is more to come. */
export function isUnderWay(status: string | undefined): boolean {
	return status !== undefined && UNDER_WAY.test(status.trim());
}

/** Whether a status word says that nothing more will come of it. */
export function isFailedStatus(status: string | undefined): boolean {
	return status !== undefined && FAILED.test(status) && !isUnderWay(status);
}
