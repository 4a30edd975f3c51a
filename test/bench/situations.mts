import { msOfRequest } from '../sandbox/line/lineModel.mts';
import type { ArchiveFile, Line } from '../sandbox/types.mts';
import { compete, type Extent, type Result } from './competition.mts';
import { type Arena, type Contender, FETCHERS, fetchMany, fetchOnce, MEASURED, WARM_UP } from './contenders.mts';
import { unpackOnce } from './unpacking.mts';

const MIB = 1024 * 1024;
/** The user's own line, where that is what bounds. */
export const SHARED_BYTES_PER_SECOND = 50e6;

const FAR_SITUATIONS = ['far30', 'far100', 'far200', 'far400', 'shared'] as const;
type FarSituation = (typeof FAR_SITUATIONS)[number];
export const SITUATIONS = ['loopback', ...FAR_SITUATIONS, 'oneFile', 'allFiles', 'items', 'memory'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** Whether it is asked how fast one package comes here as a whole: what the plot shows. */
export const isWholePackage = (situation: Situation) => situation === 'loopback' || FAR_SITUATIONS.some((each) => each === situation);

/** This node's default for `maxConcurrency`. */
const ITEMS_AT_WORK = 5;

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
	return await compete(extent, FETCHERS, extent.quick ? 1 : 3, about, (contender) => fetchOnce(arena, contender, bytes));
}

/** One line that is measured: how far away storage is, and how much comes from there. */
interface FarStorage {
	line: Line;
	mebibytes: number;
	contenders: readonly Contender[];
}

const lineOf = (roundTripMs: number): Line => ({ roundTripMs, bytesPerSecond: 20e6 });

const FAR: Record<FarSituation, FarStorage> = {
	far30: { line: lineOf(30), mebibytes: 256, contenders: FETCHERS },
	far100: { line: lineOf(100), mebibytes: 256, contenders: FETCHERS },
	far200: { line: lineOf(200), mebibytes: 256, contenders: FETCHERS },
	// Here it is asked only whether several connections do harm, so one stream is what to compare with.
	far400: { line: lineOf(400), mebibytes: 256, contenders: ['pixxel', 'httpRequest', 'curl'] },
	// At 256 MiB the opening of the connections alone would be a tenth.
	shared: { line: { ...lineOf(100), sharedBytesPerSecond: SHARED_BYTES_PER_SECOND }, mebibytes: 512, contenders: FETCHERS },
};

function titleOf(bytes: number, { roundTripMs, bytesPerSecond, sharedBytesPerSecond }: Line): string {
	const all = sharedBytesPerSecond === undefined ? '' : `, ${sharedBytesPerSecond / 1e6} MB/s in all`;
	return `${bytes / MIB} MiB from storage ${roundTripMs} ms away, ${bytesPerSecond / 1e6} MB/s a connection${all}`;
}

const far = (situation: FarSituation) => async (arena: Arena, extent: Extent): Promise<Result[]> => {
	const { line, mebibytes, contenders } = FAR[situation];
	const bytes = (extent.quick ? 32 : mebibytes) * MIB;
	await prepare(arena, bytes, line);
	const about = { situation, title: titleOf(bytes, line), bytes };
	return await compete(extent, contenders, 1, about, (contender) => fetchOnce(arena, contender, bytes));
};

/** Packages that are archives, since their files are what is wanted; storage as for `prepare`. */
async function prepareArchive({ sandbox }: Arena, files: ArchiveFile[], line?: Line): Promise<void> {
	await sandbox.reset();
	await sandbox.configurePackage(WARM_UP.taskId, { archive: { files: [{ path: 'small.tif', size: MIB }] }, readyAfterMs: 0 });
	await sandbox.configurePackage(MEASURED.taskId, { archive: { files }, readyAfterMs: 0, line });
}

async function oneFile(arena: Arena, extent: Extent): Promise<Result[]> {
	const [bytes, mebibytes, line] = [20_000, extent.quick ? 32 : 2048, lineOf(100)];
	const rasters: ArchiveFile = { path: 'bands/{n}.tif', size: (mebibytes / 16) * MIB, method: 'stored', count: 16 };
	await prepareArchive(arena, [rasters, { path: 'statistics.json', size: bytes }], line);
	const title = `One file of 20 kB out of ${mebibytes} MiB, ${line.roundTripMs} ms away`;
	const about = { situation: 'oneFile' as const, title, bytes };
	return await compete(extent, ['pixxel', 'compression'], 1, about, (contender) =>
		unpackOnce(arena, contender as 'pixxel' | 'compression', '*.json', [bytes]),
	);
}

async function allFiles(arena: Arena, extent: Extent): Promise<Result[]> {
	const [count, size] = [16, (extent.quick ? 4 : 64) * MIB];
	await prepareArchive(arena, [{ path: 'bands/{n}.tif', size, count }]);
	const title = `All files of ${(count * size) / MIB} MiB over loopback`;
	const about = { situation: 'allFiles' as const, title, bytes: count * size };
	return await compete(extent, ['pixxel', 'compression'], extent.quick ? 1 : 2, about, (contender) =>
		unpackOnce(arena, contender as 'pixxel' | 'compression', '', Array.from({ length: count }, () => size)),
	);
}

async function items(arena: Arena, extent: Extent): Promise<Result[]> {
	const count = extent.quick ? 20 : 200;
	const line = lineOf(100);
	await prepare(arena, MIB, line);
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
	return await compete(extent, ['pixxel', 'httpRequest'], 1, about, (contender) =>
		fetchMany(arena, contender as 'pixxel' | 'httpRequest', count, MIB, pace),
	);
}

async function memory(arena: Arena, extent: Extent): Promise<Result[]> {
	const results: Result[] = [];
	for (const mebibytes of extent.quick ? [16, 64] : [64, 1024, 4096]) {
		const bytes = mebibytes * MIB;
		await prepare(arena, bytes);
		const about = { situation: 'memory' as const, title: `Memory at ${mebibytes} MiB`, bytes };
		results.push(
			...(await compete(extent, ['pixxel', 'httpRequest'], 1, about, (contender) =>
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
	oneFile,
	allFiles,
	items,
	memory,
};
