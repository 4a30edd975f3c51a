import { type Arena, type Contender, CONTENDERS, fetchMany, fetchOnce, MEASURED, NAMES, WARM_UP, whyMissing } from './contenders.mts';
import { msOfRequest } from '../sandbox/line/lineModel.mts';
import type { Line } from '../sandbox/types.mts';
import type { Figures } from './measure.mts';

const MIB = 1024 * 1024;
/** The user's own line, where that is what bounds. */
export const SHARED_BYTES_PER_SECOND = 50e6;

const FAR_SITUATIONS = ['far30', 'far100', 'far200', 'far400', 'shared'] as const;
type FarSituation = (typeof FAR_SITUATIONS)[number];
export const SITUATIONS = ['loopback', ...FAR_SITUATIONS, 'items', 'memory'] as const;
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
	/** Only this contender. */
	only?: Contender;
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
	{ only, report }: Extent,
	contenders: readonly Contender[],
	rounds: number,
	about: Pick<Result, 'situation' | 'title' | 'bytes' | 'idealSeconds'>,
	run: (contender: Contender) => Promise<Figures>,
): Promise<Result[]> {
	const present = contenders.filter((contender) => (only ?? contender) === contender && whyMissing(contender) === undefined);
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

/** A package of `size` bytes at the other end of a line; without one: as near and fast as can be. */
async function prepare({ sandbox }: Arena, size: number, line?: Line): Promise<void> {
	await sandbox.reset();
	await sandbox.configurePackage(WARM_UP.taskId, { size: MIB, readyAfterMs: 0 });
	await sandbox.configurePackage(MEASURED.taskId, { size, readyAfterMs: 0, line });
}

async function loopback(arena: Arena, extent: Extent): Promise<Result[]> {
	const bytes = (extent.quick ? 128 : 1024) * MIB;
	await prepare(arena, bytes);
	const about = { situation: 'loopback' as const, title: `${bytes / MIB} MiB over loopback`, bytes };
	return await compete(extent, CONTENDERS, extent.quick ? 1 : 5, about, (contender) => fetchOnce(arena, contender, bytes));
}

/** One line that is measured: how far away storage is, and how much comes from there. */
interface FarStorage {
	line: Line;
	mebibytes: number;
	contenders: readonly Contender[];
	rounds: number;
}

const lineOf = (roundTripMs: number): Line => ({ roundTripMs, bytesPerSecond: 20e6 });

const FAR: Record<FarSituation, FarStorage> = {
	far30: { line: lineOf(30), mebibytes: 256, contenders: CONTENDERS, rounds: 1 },
	far100: { line: lineOf(100), mebibytes: 256, contenders: CONTENDERS, rounds: 1 },
	far200: { line: lineOf(200), mebibytes: 256, contenders: CONTENDERS, rounds: 1 },
	// Here it is asked only whether several connections do harm, so one stream is what to compare with.
	far400: { line: lineOf(400), mebibytes: 256, contenders: ['pixxel', 'httpRequest', 'curl'], rounds: 1 },
	// At 256 MiB the opening of the connections alone would be a tenth.
	shared: { line: { ...lineOf(100), sharedBytesPerSecond: SHARED_BYTES_PER_SECOND }, mebibytes: 512, contenders: CONTENDERS, rounds: 1 },
};

function titleOf(bytes: number, { roundTripMs, bytesPerSecond, sharedBytesPerSecond }: Line): string {
	const all = sharedBytesPerSecond === undefined ? '' : `, ${sharedBytesPerSecond / 1e6} MB/s in all`;
	return `${bytes / MIB} MiB from storage ${roundTripMs} ms away, ${bytesPerSecond / 1e6} MB/s a connection${all}`;
}

const far = (situation: FarSituation) => async (arena: Arena, extent: Extent): Promise<Result[]> => {
	const { line, mebibytes, contenders, rounds } = FAR[situation];
	const bytes = (extent.quick ? 32 : mebibytes) * MIB;
	await prepare(arena, bytes, line);
	const about = { situation, title: titleOf(bytes, line), bytes };
	return await compete(extent, contenders, rounds, about, (contender) => fetchOnce(arena, contender, bytes));
};

async function items(arena: Arena, extent: Extent): Promise<Result[]> {
	const count = extent.quick ? 20 : 200;
	const line = lineOf(100);
	await prepare(arena, MIB, line);
	await arena.sandbox.behave({ apiRoundTripMs: line.roundTripMs });
	const about = {
		situation: 'items' as const,
		title: `${count} items of 1 MiB, API and storage ${line.roundTripMs} ms away`,
		bytes: count * MIB,
		// Each item is a PUT and then a GET, on a fresh connection each, as n8n has it; so many items at a time.
		idealSeconds: (Math.ceil(count / ITEMS_AT_WORK) * (msOfRequest(line, 0) + msOfRequest(line, MIB))) / 1_000,
	};
	// The HTTP Request node knows no bound, only a pause between batches: this one asks for the same pace.
	const batch = { size: ITEMS_AT_WORK, intervalMs: line.roundTripMs };
	return await compete(extent, ['pixxel', 'httpRequest'], 1, about, (contender) =>
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
	far30: far('far30'),
	far100: far('far100'),
	far200: far('far200'),
	far400: far('far400'),
	shared: far('shared'),
	items,
	memory,
};
