import { max, median } from 'simple-statistics';
import { type Contender, NAMES, whyMissing } from './contenders.mts';
import type { Figures } from './n8nContender.mts';
import type { Situation } from './situations.mts';

/** What one contender did in one situation: the median of the rounds, but the most memory of any. */
export interface Result extends Figures {
	situation: Situation;
	title: string;
	contender: Contender;
	/** Bytes of all files together, as they come out. */
	bytes: number;
	rounds: number;
	/** What it would take without any cost of one's own, where that can be said. */
	idealSeconds?: number;
}

export interface Extent {
	quick: boolean;
	/** Only this contender. */
	only?: Contender;
	report: (line: string) => void;
}

function summary(runs: Figures[]): Figures {
	const known = runs.flatMap(({ memoryGrowthBytes }) => memoryGrowthBytes ?? []);
	return {
		seconds: median(runs.map(({ seconds }) => seconds)),
		cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
		memoryGrowthBytes: known.length > 0 ? max(known) : undefined,
		stoppedBy: runs.find(({ stoppedBy }) => stoppedBy !== undefined)?.stoppedBy,
	};
}

/** Runs the contenders in turn, round after round, so that a busy moment of the machine does not hit one alone. */
export async function compete<Present extends Contender>(
	{ only, report }: Extent,
	contenders: readonly Present[],
	rounds: number,
	about: Pick<Result, 'situation' | 'title' | 'bytes' | 'idealSeconds'>,
	run: (contender: Present) => Promise<Figures>,
): Promise<Result[]> {
	const present = contenders.filter((contender) => (only ?? contender) === contender && whyMissing(contender) === undefined);
	const runs = new Map<Present, Figures[]>(present.map((contender) => [contender, []]));
	for (let round = 1; round <= rounds; round++) {
		for (const [contender, figures] of runs) {
			const got = await run(contender);
			figures.push(got);
			const end = got.stoppedBy === undefined ? '' : `, and stopped: ${got.stoppedBy}`;
			report(`  ${about.title}, round ${round} of ${rounds}: ${NAMES[contender]} ${got.seconds.toFixed(2)} s${end}`);
		}
	}
	return [...runs].map(([contender, figures]) => ({ ...about, contender, rounds, ...summary(figures) }));
}
