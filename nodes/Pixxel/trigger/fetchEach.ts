import { aFewTries, oneTry, type Patience } from '../api/patience';
import { clock } from '../ground/clock';
import { Failure } from '../ground/failure';

/** Time for all jobs of a poll. n8n may start the next one a minute after this one: that brings what is left. */
const ALL_MS = 30_000;

/** Time for each, so that one which is never answered leaves some to the others. */
const EACH_MS = 20_000;

export interface Fetched<T> {
	found: Map<string, T>;
	/** Why others could not be fetched, in the order of asking. Those that there was no time for are in neither. */
	refused: Map<string, Failure>;
}

/**
 * Fetches one thing for each ID, in turn. One that cannot be fetched holds up no other.
 *
 * @throws Failure where the key itself is not recognised, which concerns all
 */
export async function fetchEach<T>(
	ids: string[],
	fetch: (id: string, patience: Patience) => Promise<T>,
): Promise<Fetched<T>> {
	const found = new Map<string, T>();
	const refused = new Map<string, Failure>();
	const end = clock.now() + ALL_MS;
	let troubled = false;
	for (const id of ids) {
		const left = end - clock.now();
		if (left <= 0) break;
		// Once Pixxel or the line has trouble, waiting for its end would take the time from all others.
		const patience: Patience = (troubled ? oneTry : aFewTries)(Math.min(EACH_MS, left));
		const outcome: T | Failure = await fetch(id, patience).catch(async (error: unknown) =>
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
