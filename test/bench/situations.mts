import { type Arena, type Contender, CONTENDERS, fetchMany, fetchOnce, MEASURED, NAMES, WARM_UP, whyMissing } from './contenders.mts';
import type { Figures } from './measure.mts';

const MIB = 1024 * 1024;

export const SITUATIONS = ['loopback', 'far', 'items', 'memory'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** What one contender did in one situation: the median of the rounds, but the most memory of any. */
export interface Result extends Figures {
	situation: Situation;
	title: string;
	contender: Contender;
	/** Bytes of all packages together. */
	bytes: number;
	rounds: number;
	/** What it would take without any cost of one's own, where that can be said. */
	idealSeconds?: number;
}

export interface Extent {
	quick: boolean;
	report: (line: string) => void;
}

/** This node's default for `maxConcurrency`. */
const ITEMS_AT_WORK = 5;

function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

function summary(runs: Figures[]): Figures {
	const known = runs.flatMap(({ memoryGrowthBytes }) => memoryGrowthBytes ?? []);
	return {
		seconds: median(runs.map(({ seconds }) => seconds)),
		cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
		memoryGrowthBytes: known.length > 0 ? Math.max(...known) : undefined,
	};
}

/** Runs the contenders in turn, round after round, so that a busy moment of the machine does not hit one alone. */
async function compete(
	{ report }: Extent,
	contenders: readonly Contender[],
	rounds: number,
	about: Pick<Result, 'situation' | 'title' | 'bytes' | 'idealSeconds'>,
	run: (contender: Contender) => Promise<Figures>,
): Promise<Result[]> {
	const present = contenders.filter((contender) => whyMissing(contender) === undefined);
	const runs = new Map<Contender, Figures[]>(present.map((contender) => [contender, []]));
	for (let round = 1; round <= rounds; round++) {
		for (const [contender, figures] of runs) {
			const got = await run(contender);
			figures.push(got);
			report(`  ${about.title}, round ${round} of ${rounds}: ${NAMES[contender]} ${got.seconds.toFixed(2)} s`);
		}
	}
	return [...runs].map(([contender, figures]) => ({ ...about, contender, rounds, ...summary(figures) }));
}

/** A package of `size` bytes on storage that is so far away and so slow; both null: as near and fast as can be. */
async function prepare(
	{ sandbox }: Arena,
	size: number,
	line: { latencyMs: number | null; bytesPerSecond: number | null } = { latencyMs: null, bytesPerSecond: null },
): Promise<void> {
	await sandbox.reset();
	await sandbox.configurePackage(WARM_UP.taskId, { size: MIB, readyAfterMs: 0 });
	await sandbox.configurePackage(MEASURED.taskId, { size, readyAfterMs: 0, ...line });
}

async function loopback(arena: Arena, extent: Extent): Promise<Result[]> {
	const bytes = (extent.quick ? 128 : 1024) * MIB;
	await prepare(arena, bytes);
	const about = { situation: 'loopback' as const, title: `${bytes / MIB} MiB over loopback`, bytes };
	return await compete(extent, CONTENDERS, extent.quick ? 1 : 5, about, (contender) => fetchOnce(arena, contender, bytes));
}

async function far(arena: Arena, extent: Extent): Promise<Result[]> {
	const bytes = (extent.quick ? 64 : 512) * MIB;
	await prepare(arena, bytes, { latencyMs: 30, bytesPerSecond: 20e6 });
	const title = `${bytes / MIB} MiB from storage 30 ms away, 20 MB/s a connection`;
	const about = { situation: 'far' as const, title, bytes };
	return await compete(extent, CONTENDERS, extent.quick ? 1 : 2, about, (contender) => fetchOnce(arena, contender, bytes));
}

async function items(arena: Arena, extent: Extent): Promise<Result[]> {
	const count = extent.quick ? 20 : 200;
	const latencyMs = 50;
	await prepare(arena, MIB, { latencyMs, bytesPerSecond: null });
	await arena.sandbox.script({ method: 'PUT', path: '/download$' }, { delayMs: latencyMs, repeat: true });
	const about = {
		situation: 'items' as const,
		title: `${count} items of 1 MiB, API and storage ${latencyMs} ms away`,
		bytes: count * MIB,
		// Each item is a PUT and then a GET; so many items at a time.
		idealSeconds: (Math.ceil(count / ITEMS_AT_WORK) * 2 * latencyMs) / 1_000,
	};
	// The HTTP Request node knows no bound, only a pause between batches: this one asks for the same pace.
	const batch = { size: ITEMS_AT_WORK, intervalMs: latencyMs };
	return await compete(extent, ['pixxel', 'httpRequest'], extent.quick ? 1 : 3, about, (contender) =>
		fetchMany(arena, contender as 'pixxel' | 'httpRequest', count, MIB, batch),
	);
}

async function memory(arena: Arena, extent: Extent): Promise<Result[]> {
	const results: Result[] = [];
	for (const mebibytes of extent.quick ? [16, 64] : [64, 1024, 4096]) {
		const bytes = mebibytes * MIB;
		await prepare(arena, bytes);
		const about = { situation: 'memory' as const, title: `Memory at ${mebibytes} MiB`, bytes };
		results.push(
			...(await compete(extent, ['pixxel', 'httpRequest'], extent.quick ? 1 : 2, about, (contender) =>
				fetchOnce(arena, contender, bytes),
			)),
		);
	}
	return results;
}

/** How each situation is measured. */
export const MEASUREMENTS: Record<Situation, (arena: Arena, extent: Extent) => Promise<Result[]>> = {
	loopback,
	far,
	items,
	memory,
};
