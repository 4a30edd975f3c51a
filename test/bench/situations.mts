import { max, median } from 'simple-statistics';
import { msOfRequest } from '../sandbox/line/lineModel.mts';
import type { ArchiveFile, Line, PackageSettings } from '../sandbox/types.mts';
import { type Arena, type Contender, FETCHERS, fetchMany, fetchOnce, MEASURED, NAMES, unpackOnce, WARM_UP, whyMissing } from './contenders.mts';
import type { Figures } from './n8nContender.mts';

const MIB = 1024 * 1024;
/** The user's own line, where that is what bounds. */
export const SHARED_BYTES_PER_SECOND = 50e6;

/** Those that ask how fast one package comes here as a whole: what the plot shows. */
export const WHOLE_PACKAGE = ['loopback', 'far30', 'far100', 'far200', 'far400', 'shared'] as const;
export const SITUATIONS = [...WHOLE_PACKAGE, 'oneFile', 'allFiles', 'allFiles30', 'allFiles100', 'items', 'memory'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** This node's default for `maxConcurrency`. */
const ITEMS_AT_WORK = 5;

/** What one contender did in one situation: the median of the rounds, but the most memory of any. */
export interface Result<Name extends string = Situation> extends Figures {
	situation: Name;
	title: string;
	contender: Contender;
	/** Bytes of all files together, as they come out. */
	bytes: number;
	rounds: number;
	/** What it would take without any cost of one's own, where that can be said. */
	idealSeconds?: number;
}

/** What is asked for. */
export interface Extent<Name extends string = Situation> {
	situation: Name;
	quick: boolean;
	/** Only this contender. */
	only?: Contender;
	report: (line: string) => void;
}

type Measure = (arena: Arena, extent: Extent) => Promise<Result[]>;

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
export async function compete<Present extends Contender, Name extends string>(
	{ situation, only, report }: Omit<Extent<Name>, 'quick'>,
	contenders: readonly Present[],
	rounds: number,
	about: Pick<Result, 'title' | 'bytes' | 'idealSeconds'>,
	run: (contender: Present) => Promise<Figures>,
): Promise<Result<Name>[]> {
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
	return [...runs].map(([contender, figures]) => ({ situation, ...about, contender, rounds, ...summary(figures) }));
}

/** A package at the other end of a line; without one: as near and fast as can be. */
async function prepare({ sandbox }: Arena, measured: PackageSettings, warmUp: PackageSettings = { size: MIB }): Promise<void> {
	await sandbox.reset();
	await sandbox.configurePackage(WARM_UP.taskId, { ...warmUp, readyAfterMs: 0 });
	await sandbox.configurePackage(MEASURED.taskId, { ...measured, readyAfterMs: 0 });
}

/** Packages that are archives, since their files are what is wanted: also of the first one, whichever is chosen. */
async function prepareArchive(arena: Arena, files: ArchiveFile[], line?: Line): Promise<void> {
	await prepare(arena, { archive: { files }, line }, { archive: { files: [{ path: 'small.json', size: MIB }] } });
}

const lineOf = (roundTripMs: number): Line => ({ roundTripMs, bytesPerSecond: 20e6 });

function wordsOf({ roundTripMs, bytesPerSecond, sharedBytesPerSecond }: Line): string {
	const all = sharedBytesPerSecond === undefined ? '' : `, ${sharedBytesPerSecond / 1e6} MB/s in all`;
	return `${roundTripMs} ms away, ${bytesPerSecond / 1e6} MB/s a connection${all}`;
}

/** A package of so many MiB (quickly: so many) as one file, far away or not. */
const whole = (quickly: number, mebibytes: number, line?: Line, contenders: readonly Contender[] = FETCHERS, rounds = 1): Measure => async (arena, extent) => {
	const bytes = (extent.quick ? quickly : mebibytes) * MIB;
	const title = `${bytes / MIB} MiB ${line ? `from storage ${wordsOf(line)}` : 'over loopback'}`;
	await prepare(arena, { size: bytes, line });
	return await compete(extent, contenders, extent.quick ? 1 : rounds, { title, bytes }, (contender) => fetchOnce(arena, contender, bytes));
};

const UNPACKERS = ['pixxel', 'compression'] as const;

const oneFile: Measure = async (arena, extent) => {
	const [bytes, mebibytes, line] = [20_000, extent.quick ? 32 : 2048, lineOf(100)];
	const rasters: ArchiveFile = { path: 'bands/{n}.tif', size: (mebibytes / 16) * MIB, method: 'stored', count: 16 };
	await prepareArchive(arena, [rasters, { path: 'statistics.json', size: bytes }], line);
	const title = `One file of 20 kB out of ${mebibytes} MiB, ${line.roundTripMs} ms away`;
	return await compete(extent, UNPACKERS, 1, { title, bytes }, (contender) => unpackOnce(arena, contender, '*.json', [bytes]));
};

/** All files of a package, far away or not. Over a line stands beside what users do instead what the package takes as one file. */
const allFiles = (quickly: number, mebibytes: number, line?: Line, rounds = 1): Measure => async (arena, extent) => {
	const [count, size] = [16, (extent.quick ? quickly : mebibytes) * MIB];
	await prepareArchive(arena, [{ path: 'bands/{n}.tif', size, count }], line);
	const { size: packed } = await arena.sandbox.packageInfo(MEASURED.taskId);
	const bytes = count * size;
	const title = `All files of ${bytes / MIB} MiB${line ? `, ${wordsOf(line)}` : ' over loopback'}`;
	const wanted = Array.from({ length: count }, () => size);
	const contenders = [...UNPACKERS, ...(line ? (['asOneFile'] as const) : [])];
	return await compete(extent, contenders, extent.quick ? 1 : rounds, { title, bytes }, (contender) =>
		contender === 'asOneFile' ? fetchOnce(arena, contender, packed) : unpackOnce(arena, contender, '', wanted),
	);
};

const NODES = ['pixxel', 'httpRequest'] as const;

const items: Measure = async (arena, extent) => {
	const count = extent.quick ? 20 : 200;
	const line = lineOf(100);
	await prepare(arena, { size: MIB, line });
	await arena.sandbox.behave({ apiRoundTripMs: line.roundTripMs });
	// Each item is a PUT and then a GET, on a fresh connection each, as n8n has it.
	const [askMs, fetchMs] = [msOfRequest(line, 0), msOfRequest(line, MIB)];
	const title = `${count} items of 1 MiB, API and storage ${line.roundTripMs} ms away`;
	const about = { title, bytes: count * MIB, idealSeconds: (Math.ceil(count / ITEMS_AT_WORK) * (askMs + fetchMs)) / 1_000 };
	// The HTTP Request node knows no bound, only the time from one batch to the next: as long as each takes, that is the same pace.
	const pace = { batchSize: ITEMS_AT_WORK, askMs, fetchMs };
	return await compete(extent, NODES, 1, about, (contender) => fetchMany(arena, contender, count, MIB, pace));
};

const memory: Measure = async (arena, extent) => {
	const results: Result[] = [];
	for (const mebibytes of extent.quick ? [16, 64] : [64, 1024, 4096]) {
		const bytes = mebibytes * MIB;
		await prepare(arena, { size: bytes });
		const about = { title: `Memory at ${mebibytes} MiB`, bytes };
		results.push(...(await compete(extent, NODES, 1, about, (contender) => fetchOnce(arena, contender, bytes))));
	}
	return results;
};

/** How each situation is measured. */
export const MEASUREMENTS: Record<Situation, Measure> = {
	loopback: whole(128, 1024, undefined, FETCHERS, 3),
	far30: whole(32, 256, lineOf(30)),
	far100: whole(32, 256, lineOf(100)),
	far200: whole(32, 256, lineOf(200)),
	// Here it is asked only whether several connections do harm, so one stream is what to compare with.
	far400: whole(32, 256, lineOf(400), ['pixxel', 'httpRequest', 'curl']),
	// At 256 MiB the opening of the connections alone would be a tenth.
	shared: whole(32, 512, { ...lineOf(100), sharedBytesPerSecond: SHARED_BYTES_PER_SECOND }),
	oneFile,
	allFiles: allFiles(4, 64, undefined, 2),
	allFiles30: allFiles(2, 16, lineOf(30)),
	allFiles100: allFiles(2, 16, lineOf(100)),
	items,
	memory,
};
