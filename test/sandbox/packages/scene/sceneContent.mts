import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setImmediate as breathe } from 'node:timers/promises';
import { ZipFile } from 'yazl';
import type { Content } from '../packageContent.mts';
import { geoTiff } from './geoTiff.mts';
import { placeOf } from './place.mts';
import { quicklook } from './quicklook.mts';
import { sampleBands, vegetationIndex } from './rasters.mts';
import { createScene } from './scene.mts';
import { statisticsFile } from './statisticsFile.mts';
import { zonesFile } from './zonesFile.mts';

/** Which package of a scene. */
interface Edition {
	/** Dates the files: another edition has the same size and holds the same files, but its bytes differ. */
	edition: number;
	/** Statistics only. */
	small: boolean;
}

/** A real package: a ZIP with GeoTIFFs, vectors, a picture and statistics, the same for the same seed. */
export async function sceneContent(id: string, seed: string, { edition, small }: Edition): Promise<Content> {
	const scene = createScene(seed);
	const place = placeOf(seed);
	const samples = sampleBands(scene);
	// DOS times are local times: with them alone the bytes are the same in every time zone.
	const options = { mtime: new Date(2025, 4, 1 + edition, 12), forceDosTimestamp: true, mode: 0o100644 };
	const zip = new ZipFile();
	await breathe();
	if (!small) {
		const index = vegetationIndex(samples);
		zip.addBuffer(await geoTiff(samples, place), 'rasters/bands.tif', options);
		zip.addBuffer(await geoTiff(index, place), 'rasters/ndvi.tif', options);
		zip.addBuffer(zonesFile(index, place), 'vectors/zones.geojson', options);
		zip.addBuffer(await quicklook(scene), 'quicklook.png', { ...options, compress: false });
		await breathe();
	}
	zip.addBuffer(statisticsFile(samples, id), 'statistics.json', options);
	zip.end();
	const bytes = await buffer(zip.outputStream);
	return {
		size: bytes.length,
		version: createHash('md5').update(bytes).digest('hex'),
		fill: (into, offset) => void bytes.copy(into, 0, offset, offset + into.length),
	};
}
