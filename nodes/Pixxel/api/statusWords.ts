/**
 * Statuses of packages, jobs and tasks are free text: the documentation gives examples, no list. Other services of the same kind say the same
 * in other words: with a noun before it ("TaskCompleted"), as one word or as several.
 * `partial_success` is no failure; a word nobody has seen yet means "not yet" for a package; for a job, its `finished_at` decides.
 */

/** What may stand before the word that counts. */
const NOUN = '(?:(?:task|job|workflow|package|packaging|download|export|insight|order|delivery|image|node|step|run)[ _-]*)?';

/** Any "…ing" is not over yet, "cancelling" included. */
const IN_PROGRESS = new RegExp(`^${NOUN}([a-z]+ing|queued|created|started|in[ _-]?progress|scheduled|submitted|accepted|paused|initiated)$`, 'i');

/** Argo's `Skipped` and `Omitted` end a task that had nothing to do. */
const SUCCEEDED = new RegExp(`^${NOUN}(complete|success|succeed|finish|done|partial|skipped|omitted)`, 'i');

const FAILED = /^(fail(ed|ure|ures)?|errors?|errored|cancel|cancelled|canceled|abort|aborted|reject|rejected|denied|expired|invalid|terminated|killed|timeout|timedout)$/i;

/** Words by which what is said of a failure is that there is none. */
const NEGATION = /^(not?|non|never|without|zero)$/i;

/** What such a word says at the end, a failure word at the beginning does not: "timeout_extended", "error_recovered". */
const SOMETHING_ELSE = /(ed|ing|able|free|safe)$/i;

/** Whether a status word says that there is more to come. */
export function isInProgress(status: string | undefined): boolean {
	return status !== undefined && IN_PROGRESS.test(status.trim());
}

/** Whether a status word says that all that was to come has come. */
export function isSucceededStatus(status: string | undefined): boolean {
	return status !== undefined && SUCCEEDED.test(status.trim()) && !isFailedStatus(status);
}

/** Whether a status word says that nothing more will come of it. */
export function isFailedStatus(status: string | undefined): boolean {
	if (status === undefined || isInProgress(status)) return false;
	const words = wordsIn(status);
	const [first = '', last = ''] = [words[0], words.at(-1)];
	if (words.some((word) => NEGATION.test(word))) return false;
	return FAILED.test(last) || (FAILED.test(first) && !SOMETHING_ELSE.test(last));
}

/** "TaskFailed", "timed-out" and "link_expired" as words, without the noun before them. "Timed out" is one. */
function wordsIn(status: string): string[] {
	const apart = status.trim().replace(/([a-z])([A-Z])/g, '$1 $2').replace(/\btimed?[\s_-]?out/gi, 'timeout');
	return apart.replace(new RegExp(`^${NOUN}(?=[a-z])`, 'i'), '').split(/[^a-zA-Z]+/).filter(Boolean);
}
