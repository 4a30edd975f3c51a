/**
 * Statuses of packages, jobs and tasks are free text: the documentation gives examples, no list.
 * `partial_success` is none of these; a word nobody has seen yet means "not yet".
 */
const FAILED = /fail|error|cancel|abort|reject|denied|expired|invalid|terminated|killed|timed?.?out/i;

/** Whether a status word says that nothing more will come of it. */
export function isFailedStatus(status: string | undefined): boolean {
	return status !== undefined && FAILED.test(status);
}
