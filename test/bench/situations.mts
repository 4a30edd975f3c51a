import { msOfRequest } from '../sandbox/line/lineModel.mts';
import type { ArchiveFile, Line, PackageSettings } from '../sandbox/types.mts';
import { compete, type Extent, type Result } from './competition.mts';
import { type Arena, type Contender, FETCHERS, fetchMany, fetchOnce, MEASURED, unpackOnce, WARM_UP } from './contenders.mts';

const MIB = 1024 * 1024;
/** The user's own line, where that is what bounds. */
export const SHARED_BYTES_PER_SECOND = 50e6;

const FAR_SITUATIONS = ['far30', 'far100', 'far200', 'far400', 'shared'] as const;
type FarSituation = (typeof FAR_SITUATIONS)[number];
export const SITUATIONS = ['loopback', ...FAR_SITUATIONS, 'oneFile', 'allFiles', 'allFiles30', 'allFiles100', 'items', 'memory'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** Whether it is asked how fast one package comes here as a whole: what the plot shows. */
export const isWholePackage = (situation: Situation) => situation === 'loopback' || FAR_SITUATIONS.some((each) => each === situation);

/** This node's default for `maxConcurrency`. */
const ITEMS_AT_WORK = 5;

/** A package at the other end of a line; without one: as near and fast as can be. */
async function prepare({ sandbox }: Arena, measured: PackageSettings, warmUp: PackageSettings = { size: MIB }): Promise<void> {
	await sandbox.reset();
	await sandbox.configurePackage(WARM_UP.taskId, { ...warmUp, readyAfterMs: 0 });
	await sandbox.configurePackage(MEASURED.taskId, { ...measured, readyAfterMs: 0 });
}

/** Packages that are archives, since their files are what is wanted. */
async function prepareArchive(arena: Arena, files: ArchiveFile[], line?: Line): Promise<void> {
	await prepare(arena, { archive: { files }, line }, { archive: { files: [{ path: 'small.tif', size: MIB }] } });
}

async function loopback(arena: Arena, extent: Extent): Promise<Result[]> {
	const size = (extent.quick ? 128 : 1024) * MIB;
	await prepare(arena, { size });
	const about = { situation: 'loopback' as const, title: `${size / MIB} MiB over loopback`, bytes: size };
	return await compete(extent, FETCHERS, extent.quick ? 1 : 3, about, (contender) => fetchOnce(arena, contender, size));
}

const lineOf = (roundTripMs: number): Line => ({ roundTripMs, bytesPerSecond: 20e6 });

/** How far away storage is, how much comes from there, and who competes. */
const FAR: Record<FarSituation, [line: Line, mebibytes: number, contenders: readonly Contender[]]> = {
	far30: [lineOf(30), 256, FETCHERS],
	far100: [lineOf(100), 256, FETCHERS],
	far200: [lineOf(200), 256, FETCHERS],
	// Here it is asked only whether several connections do harm, so one stream is what to compare with.
	far400: [lineOf(400), 256, ['pixxel', 'httpRequest', 'curl']],
	// At 256 MiB the opening of the connections alone would be a tenth.
	shared: [{ ...lineOf(100), sharedBytesPerSecond: SHARED_BYTES_PER_SECOND }, 512, FETCHERS],
};

const far = (situation: FarSituation) => async (arena: Arena, extent: Extent): Promise<Result[]> => {
	const [line, mebibytes, contenders] = FAR[situation];
	const size = (extent.quick ? 32 : mebibytes) * MIB;
	const { roundTripMs, bytesPerSecond, sharedBytesPerSecond } = line;
	const all = sharedBytesPerSecond === undefined ? '' : `, ${sharedBytesPerSecond / 1e6} MB/s in all`;
	const title = `${size / MIB} MiB from storage ${roundTripMs} ms away, ${bytesPerSecond / 1e6} MB/s a connection${all}`;
	await prepare(arena, { size, line });
	return await compete(extent, contenders, 1, { situation, title, bytes: size }, (contender) => fetchOnce(arena, contender, size));
};

const UNPACKERS = ['pixxel', 'compression'] as const;

async function oneFile(arena: Arena, extent: Extent): Promise<Result[]> {
	const [bytes, mebibytes, line] = [20_000, extent.quick ? 32 : 2048, lineOf(100)];
	const rasters: ArchiveFile = { path: 'bands/{n}.tif', size: (mebibytes / 16) * MIB, method: 'stored', count: 16 };
	await prepareArchive(arena, [rasters, { path: 'statistics.json', size: bytes }], line);
	const title = `One file of 20 kB out of ${mebibytes} MiB, ${line.roundTripMs} ms away`;
	const about = { situation: 'oneFile' as const, title, bytes };
	return await compete(extent, UNPACKERS, 1, about, (contender) => unpackOnce(arena, contender, '*.json', [bytes]));
}

/** All files of a package, far away or not. Over a line stands beside what users do instead what the package takes as one file. */
const allFiles = (situation: 'allFiles' | 'allFiles30' | 'allFiles100', line?: Line) => async (arena: Arena, extent: Extent): Promise<Result[]> => {
	const [quickly, mebibytes, rounds] = line ? [2, 16, 1] : [4, 64, extent.quick ? 1 : 2];
	const [count, size] = [16, (extent.quick ? quickly : mebibytes) * MIB];
	await prepareArchive(arena, [{ path: 'bands/{n}.tif', size, count }], line);
	const { size: packed } = await arena.sandbox.packageInfo(MEASURED.taskId);
	const where = line ? `, ${line.roundTripMs} ms away, ${line.bytesPerSecond / 1e6} MB/s a connection` : ' over loopback';
	const about = { situation, title: `All files of ${(count * size) / MIB} MiB${where}`, bytes: count * size };
	const wanted = Array.from({ length: count }, () => size);
	return await compete(extent, [...UNPACKERS, ...(line ? (['asOneFile'] as const) : [])], rounds, about, (contender) =>
		contender === 'asOneFile' ? fetchOnce(arena, contender, packed) : unpackOnce(arena, contender, '', wanted),
	);
};

const NODES = ['pixxel', 'httpRequest'] as const;

async function items(arena: Arena, extent: Extent): Promise<Result[]> {
	const count = extent.quick ? 20 : 200;
	const line = lineOf(100);
	await prepare(arena, { size: MIB, line });
	await arena.sandbox.behave({ apiRoundTripMs: line.roundTripMs });
	// Each item is a PUT and then a GET, on a fresh connection each, as n8n has it.
	const [askMs, fetchMs] = [msOfRequest(line, 0), msOfRequest(line, MIB)];
	const about = {
		situation: 'items' as const,
		title: `${count} items of 1 MiB, API and storage ${line.roundTripMs} ms away`,
		bytes: count * MIB,
		idealSeconds: (Math.ceil(count / ITEMS_AT_WORK) * (askMs + fetchMs)) / 1_000,
	};
	// The HTTP Request node knows no bound, only the time from one batch to the next: as long as each takes, that is the same pace.
	const pace = { batchSize: ITEMS_AT_WORK, askMs, fetchMs };
	return await compete(extent, NODES, 1, about, (contender) => fetchMany(arena, contender, count, MIB, pace));
}

async function memory(arena: Arena, extent: Extent): Promise<Result[]> {
	const results: Result[] = [];
	for (const mebibytes of extent.quick ? [16, 64] : [64, 1024, 4096]) {
		const size = mebibytes * MIB;
		await prepare(arena, { size });
		const about = { situation: 'memory' as const, title: `Memory at ${mebibytes} MiB`, bytes: size };
		results.push(...(await compete(extent, NODES, 1, about, (contender) => fetchOnce(arena, contender, size))));
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
	oneFile,
	allFiles: allFiles('allFiles'),
	allFiles30: allFiles('allFiles30', lineOf(30)),
	allFiles100: allFiles('allFiles100', lineOf(100)),
	items,
	memory,
};
