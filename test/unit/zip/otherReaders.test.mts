import { Failure } from '../../../nodes/Pixxel/errors/Failure.ts';
import fc, { draws, isLong } from '../../drawn.mts';
import { archiveBy, needArchivers, noise, type Tree, type Writer } from './archives.mts';
import { sourceOf, unpackAll } from './memorySource.mts';
import { anyMutation, type Drawn, ofBytes } from './mutations.mts';
import { type Contents, digest, readByOthers } from './otherReaders.mts';

const TREE: Tree = {
	'rasters/ndvi.tif': Buffer.alloc(20_000, 'ndvi is a raster. '),
	'rasters/bands.tif': noise(9_000),
	'statistics.json': Buffer.from('{"mean": 0.4}'),
	'quicklook.png': noise(700, 'quicklook'),
};
const ORIGINALS = new Set(Object.values(TREE).map(digest));

/** Those without ZIP64, and those with it. */
const PLAIN: Writer[] = ['fflate', 'yazl', "Info-ZIP's zip", "Python's zipfile", '7-Zip', "Info-ZIP's zip, piped", "Python's zipfile, streamed"];
const ZIP64: Writer[] = ['yazl, with ZIP64 forced', "Python's zipfile, with ZIP64 forced"];
/** In `npm test`, few are asked: each takes a process. */
const writers = <T,>(all: T[]) => (isLong ? all : all.slice(0, 3));

/** Unzip believes the local header; here, the directory decides by which method and checksum a file is right. */
const BELIEVED = /field (10|16) of record \d+ with the signature 2014b50/;

const isWhole = (contents: Contents) => contents !== undefined && contents.size === ORIGINALS.size && [...contents].every((each) => ORIGINALS.has(each));

async function drawArchives(count: number): Promise<Array<{ told: string; archive: Buffer }>> {
	const bases = new Map<Writer, Buffer>();
	for (const writer of [...writers(PLAIN), ...writers(ZIP64)]) bases.set(writer, await archiveBy(writer, TREE));
	const several = (mutation: Drawn) => fc.array(mutation, { minLength: 1, maxLength: 2 });
	const drawn = fc.oneof(
		{ weight: 4, arbitrary: fc.record({ writer: fc.constantFrom(...writers(PLAIN)), mutations: several(anyMutation) }) },
		{ weight: 1, arbitrary: fc.record({ writer: fc.constantFrom(...writers(ZIP64)), mutations: several(ofBytes) }) },
	);
	return fc.sample(drawn, { numRuns: count, seed: fc.readConfigureGlobal().seed }).flatMap(({ writer, mutations }) => {
		const told = `${writer}: ${mutations.map(([each]) => each).join('; ')}`;
		try {
			return [{ told, archive: mutations.reduce<Buffer>((whole, [, mutate]) => mutate(whole), Buffer.from(bases.get(writer) as Buffer)) }];
		} catch {
			// The first change has made an archive that the second one cannot take apart.
			return [];
		}
	});
}

async function readHere(archive: Buffer): Promise<{ contents: Contents; refusal?: string; slip?: unknown }> {
	try {
		return { contents: new Set(Object.values(await unpackAll(sourceOf(archive))).map(digest)) };
	} catch (cause) {
		return { contents: undefined, ...(cause instanceof Failure ? { refusal: cause.message } : { slip: cause }) };
	}
}

beforeAll(needArchivers);

test('what other readers take whole out of archives with slips in them comes out here, and never anything else', async () => {
	const archives = await drawArchives(draws(20, 2_000).numRuns);
	const others = readByOthers(archives.map(({ archive }) => archive));
	const refused: string[] = [];
	const wrong: string[] = [];
	let whole = 0;
	for (const [index, { told, archive }] of archives.entries()) {
		const { python, unzip } = others[index] as (typeof others)[number];
		const { contents, refusal, slip } = await readHere(archive);
		if (slip) wrong.push(`${told}: ${String(slip)}`);
		if ([...(contents ?? [])].some((each) => !ORIGINALS.has(each))) wrong.push(`${told}: other bytes`);
		if (!isWhole(python) && (!isWhole(unzip) || BELIEVED.test(told))) continue;
		whole++;
		if (contents && !isWhole(contents)) wrong.push(`${told}: not all of the files`);
		if (!isWhole(contents)) refused.push(`${isWhole(python) ? 'Python' : 'unzip'} reads ${told}: ${refusal}`);
	}
	expect(wrong).toEqual([]);
	expect(whole).toBeGreaterThan(archives.length / 3);
	// All of what is refused is shown where it is too much.
	expect(refused.length > whole * 0.03 ? [`of ${whole}`, ...refused] : []).toEqual([]);
});
