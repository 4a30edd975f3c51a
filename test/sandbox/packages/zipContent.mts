import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setImmediate as breathe } from 'node:timers/promises';
import { ZipFile } from 'yazl';
import { bandsFile, sampleBands } from './bandsFile.mts';
import type { Content } from './packageContent.mts';
import { quicklook } from './quicklook.mts';
import { createScene } from './scene.mts';
import { statisticsFile } from './statisticsFile.mts';

/**
 * A real package: a ZIP with a GeoTIFF, a picture and statistics, the same for the same seed.
 * `edition` dates the files: another edition has the same size and holds the same files, but its bytes differ.
 */
export async function zipContent(id: string, seed: string, edition: number): Promise<Content> {
	const scene = createScene(seed);
	const samples = sampleBands(scene);
	await breathe();
	const picture = await quicklook(scene);
	await breathe();
	// DOS times are local times: with them alone the bytes are the same in every time zone.
	const options = { mtime: new Date(2025, 4, 1 + edition, 12), forceDosTimestamp: true, mode: 0o100644 };
	const zip = new ZipFile();
	zip.addBuffer(await bandsFile(samples, seed), 'bands.tif', options);
	zip.addBuffer(picture, 'quicklook.png', { ...options, compress: false });
	zip.addBuffer(statisticsFile(samples, id), 'statistics.json', options);
	zip.end();
	const bytes = await buffer(zip.outputStream);
	return {
		size: bytes.length,
		version: createHash('md5').update(bytes).digest('hex'),
		fill: (into, offset) => void bytes.copy(into, 0, offset, offset + into.length),
	};
}
