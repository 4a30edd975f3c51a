import { clock } from '../retry/clock';

/** Time for one poll, unless n8n gives less. */
const POLL_MS = 100_000;
const LIST_SHARE = 0.6;
const DETAILS_SHARE = 0.9;

/** Points in time (by the clock) at which parts of a poll have to be done. */
export interface PollDeadlines {
	list: number;
	details: number;
	/** Of all of it. */
	end: number;
}

/**
 * n8n's schedulers give a poll up that takes longer than they allow, without a word and with all that it has found.
 *
 * @param budgetMs what n8n allows, where it says so
 */
export function pollDeadlines(budgetMs = Infinity): PollDeadlines {
	const [now, ms] = [clock.now(), Math.min(POLL_MS, budgetMs)];
	return { list: now + ms * LIST_SHARE, details: now + ms * DETAILS_SHARE, end: now + ms };
}
