import { createHash } from 'node:crypto';
import { writeArrayBuffer } from 'geotiff';
import type { Scene } from './scene.mts';
import { bands } from './scene.mts';

/** Pixels along each side. */
export const bandsFileSide = 128;
/** Metres. */
const pixelSize = 5;
/** Reflectance is stored as whole numbers, as image providers do. */
export const reflectanceScale = 10_000;

/** Reflectance of the whole scene, pixel by pixel, the bands of a pixel side by side. */
export function sampleBands(scene: Scene): Uint16Array {
	const samples = new Uint16Array(bandsFileSide * bandsFileSide * bands.length);
	for (let row = 0; row < bandsFileSide; row++) {
		for (let column = 0; column < bandsFileSide; column++) {
			const spectrum = scene((column + 0.5) / bandsFileSide, (row + 0.5) / bandsFileSide);
			samples.set(
				spectrum.map((value) => Math.round(value * reflectanceScale)),
				(row * bandsFileSide + column) * bands.length,
			);
		}
	}
	return samples;
}

/** A GeoTIFF of these samples: WGS 84 / UTM zone 43N, north up, at a place that the seed decides. */
export async function bandsFile(samples: Uint16Array, seed: string): Promise<Buffer> {
	const place = createHash('sha256').update(`place/${seed}`).digest();
	const easting = 400_000 + (place.readUInt16LE(0) % 4000) * pixelSize;
	const northing = 2_300_000 + (place.readUInt16LE(2) % 4000) * pixelSize;
	const each = <Value,>(value: Value) => bands.map(() => value);
	const file = await writeArrayBuffer(samples, {
		width: bandsFileSide,
		height: bandsFileSide,
		SamplesPerPixel: [bands.length],
		BitsPerSample: each(16),
		SampleFormat: each(1),
		ExtraSamples: each(0).slice(1),
		PhotometricInterpretation: 1,
		PlanarConfiguration: 1,
		StripByteCounts: [samples.byteLength],
		ModelPixelScale: [pixelSize, pixelSize, 0],
		ModelTiepoint: [0, 0, 0, easting, northing, 0],
		GTModelTypeGeoKey: 1,
		GTRasterTypeGeoKey: 1,
		ProjectedCSTypeGeoKey: 32643,
	});
	return Buffer.from(file);
}
