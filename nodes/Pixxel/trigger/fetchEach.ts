import { defaultRetry, withDeadline, noRetry, type RetryPolicy } from '../api/retryPolicy';
import { clock } from '../retry/clock';
import { Failure } from '../errors/Failure';

/** The most of the time that one entry gets, so that one which is never answered leaves some to the others. */
const SHARE_OF_EACH = 2 / 3;

export interface Fetched<T> {
	found: Map<string, T>;
	/** Why others could not be fetched, in the order of asking. Those that there was no time for are in neither. */
	refused: Map<string, Failure>;
}

/**
 * Fetches one thing for each ID, in turn. One that cannot be fetched holds up no other.
 *
 * @param deadline the point in time (by the clock) at which what is left is left to the next poll
 * @throws Failure where the key itself is not recognised, which concerns all
 */
export async function fetchEach<T>(
	ids: string[],
	fetch: (id: string, policy: RetryPolicy) => Promise<T>,
	deadline: number,
): Promise<Fetched<T>> {
	const found = new Map<string, T>();
	const refused = new Map<string, Failure>();
	const eachMs = (deadline - clock.now()) * SHARE_OF_EACH;
	let troubled = false;
	for (const id of ids) {
		if (clock.now() >= deadline) break;
		// Once Pixxel or the line has trouble, waiting for its end would take the time from all others.
		const policy = withDeadline(Math.min(clock.now() + eachMs, deadline), troubled ? noRetry : defaultRetry);
		const outcome: T | Failure = await fetch(id, policy).catch(async (error: unknown) =>
			error instanceof Failure && error.httpCode !== 401 ? error : await Promise.reject(error),
		);
		if (!(outcome instanceof Failure)) {
			found.set(id, outcome);
			continue;
		}
		refused.set(id, outcome);
		const { httpCode = 500 } = outcome;
		// Asked to slow down, the others are left to the next poll.
		if (httpCode === 429) break;
		troubled ||= httpCode >= 500;
	}
	return { found, refused };
}
