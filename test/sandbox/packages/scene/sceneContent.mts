import { buffer } from 'node:stream/consumers';
import { setImmediate as breathe } from 'node:timers/promises';
import { ZipFile } from 'yazl';
import { bytesContent, type Content } from '../content.mts';
import { geoTiff, placeOf, sampleBands, statisticsFile, vegetationIndex, zonesFile } from './files.mts';
import { createScene } from './landscape.mts';
import { quicklook } from './quicklook.mts';

/**
 * A real package: a ZIP with GeoTIFFs, vectors, a picture and statistics, the same for the same seed.
 *
 * @param edition dates the files: another edition has the same size and holds the same files, but its bytes differ
 * @param isSmall statistics only
 */
export async function sceneContent(id: string, seed: string, edition: number, isSmall: boolean): Promise<Content> {
	const scene = createScene(seed);
	const place = placeOf(seed);
	const samples = sampleBands(scene);
	// DOS times are local times: with them alone the bytes are the same in every time zone.
	const options = { mtime: new Date(2025, 4, 1 + edition, 12), forceDosTimestamp: true, mode: 0o100644 };
	const zip = new ZipFile();
	// Other requests must not wait for all of it at once.
	await breathe();
	if (!isSmall) {
		const index = vegetationIndex(samples);
		zip.addBuffer(await geoTiff(samples, place), 'rasters/bands.tif', options);
		zip.addBuffer(await geoTiff(index, place), 'rasters/ndvi.tif', options);
		zip.addBuffer(zonesFile(index, place), 'vectors/zones.geojson', options);
		zip.addBuffer(await quicklook(scene), 'quicklook.png', { ...options, compress: false });
		await breathe();
	}
	zip.addBuffer(statisticsFile(samples, id), 'statistics.json', options);
	zip.end();
	return bytesContent(await buffer(zip.outputStream));
}
