import { buffer } from 'node:stream/consumers';
import { setImmediate as breathe } from 'node:timers/promises';
import { ZipFile } from 'yazl';
import { bytesContent, type Content } from '../content.mts';
import type { PackageKind } from '../kinds.mts';
import { describeOutputs, fileOf, folderOf } from '../outputs.mts';
import { enviHeader, footprintFile, metadataFile, statisticsTable } from './imageFiles.mts';
import { geoTiff, maskOf, placeOf, sampleBands, statisticsFile, vegetationIndex, zonesFile } from './files.mts';
import { createScene } from './landscape.mts';
import { quicklook } from './quicklook.mts';

/** Files by their paths, in their order. */
type Files = Record<string, Buffer>;

/** The least that the picture's caption fits in. */
const thumbnailSide = 320;

const json = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** A scene with a picture and statistics. @param isSmall statistics only */
async function sceneFiles(id: string, seed: string, isSmall: boolean): Promise<Files> {
	const [scene, place] = [createScene(seed), placeOf(seed)];
	const samples = sampleBands(scene);
	const statistics = { 'statistics.json': statisticsFile(samples, id) };
	if (isSmall) return statistics;
	const index = vegetationIndex(samples);
	return {
		'rasters/bands.tif': await geoTiff(samples, place),
		'rasters/ndvi.tif': await geoTiff(index, place),
		'vectors/zones.geojson': zonesFile(index, place),
		'quicklook.png': await quicklook(scene),
		...statistics,
	};
}

/** Outputs as Pixxel's block SDK writes them: a folder each, with its description beside its file. @param isSmall those without a file only */
async function outputFiles(id: string, seed: string, isSmall: boolean): Promise<Files> {
	const place = placeOf(seed);
	const samples = sampleBands(createScene(seed));
	const index = vegetationIndex(samples);
	const made: Record<string, () => Buffer | Promise<Buffer>> = {
		reflectance: async () => await geoTiff(samples, place),
		ndvi: async () => await geoTiff(index, place),
		zones: () => zonesFile(index, place),
		statistics: () => statisticsTable(samples),
	};
	const files: Files = {};
	for (const output of describeOutputs(id)) {
		const [folder, file, make] = [folderOf(output), fileOf(output), made[output.name]];
		if (file !== undefined && isSmall) continue;
		if (file !== undefined && make !== undefined) files[`${folder}/${file}`] = await make();
		files[`${folder}/spec.json`] = json(output);
	}
	return files;
}

/** An image with what belongs to it. @param isSmall without the rasters */
async function imageFiles(name: string, seed: string, isSmall: boolean): Promise<Files> {
	const [scene, place] = [createScene(`${seed}/${name}`), placeOf(`${seed}/${name}`)];
	const rest = { [`${name}_footprint.geojson`]: footprintFile(name, place), [`${name}.hdr`]: enviHeader(), [`${name}.xml`]: metadataFile(name) };
	if (isSmall) return rest;
	const samples = sampleBands(scene);
	return {
		[`${name}.tif`]: await geoTiff(samples, place),
		[`${name}_mask.tif`]: await geoTiff(maskOf(samples), place),
		[`${name}_thumbnail.png`]: await quicklook(scene, thumbnailSide),
		...rest,
	};
}

async function filesOf({ layout, images }: PackageKind, id: string, seed: string, isSmall: boolean): Promise<Files> {
	if (layout === 'scene') return await sceneFiles(id, seed, isSmall);
	if (layout === 'outputs') return await outputFiles(id, seed, isSmall);
	const files: Files = {};
	for (const name of images) Object.assign(files, await imageFiles(name, seed, isSmall));
	return files;
}

/**
 * A real package: a ZIP with GeoTIFFs, vectors, pictures and statistics, the same for the same seed.
 *
 * @param edition dates the files: another edition has the same size and holds the same files, but its bytes differ
 * @param isSmall without what is large
 */
export async function sceneContent(kind: PackageKind, id: string, seed: string, edition: number, isSmall: boolean): Promise<Content> {
	// DOS times are local times: with them alone the bytes are the same in every time zone.
	const options = { mtime: new Date(2025, 4, 1 + edition, 12), forceDosTimestamp: true, mode: 0o100644 };
	const zip = new ZipFile();
	// Other requests must not wait for all of it at once.
	await breathe();
	for (const [path, bytes] of Object.entries(await filesOf(kind, id, seed, isSmall))) {
		zip.addBuffer(bytes, path, { ...options, compress: !path.endsWith('.png') });
	}
	await breathe();
	zip.end();
	return bytesContent(await buffer(zip.outputStream));
}
