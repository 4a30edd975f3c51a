import { createHash } from 'node:crypto';
import { writeArrayBuffer } from 'geotiff';
import { bands, type Scene } from './landscape.mts';

/** Pixels along each side of a scene's rasters. */
export const side = 128;
/** Metres. */
export const pixelSize = 5;
/** WGS 84 / UTM zone 43N: its EPSG code, and how PROJ writes it. */
export const referenceSystem = { epsg: 32643, proj: '+proj=utm +zone=43 +datum=WGS84 +units=m' };

/** A scene's north-western corner, metres. */
export interface Place {
	easting: number;
	northing: number;
}

/** Where a scene lies: somewhere in western India, the same for the same seed. */
export function placeOf(seed: string): Place {
	const hash = createHash('sha256').update(`place/${seed}`).digest();
	return {
		easting: 400_000 + (hash.readUInt16LE(0) % 4000) * pixelSize,
		northing: 2_300_000 + (hash.readUInt16LE(2) % 4000) * pixelSize,
	};
}

/** Reflectance is stored as whole numbers, as image providers do. */
export const reflectanceScale = 10_000;

/** Reflectance of the whole scene, pixel by pixel, the bands of a pixel side by side. */
export function sampleBands(scene: Scene): Uint16Array {
	const samples = new Uint16Array(side * side * bands.length);
	for (let pixel = 0; pixel < side * side; pixel++) {
		const spectrum = scene(((pixel % side) + 0.5) / side, (Math.floor(pixel / side) + 0.5) / side);
		samples.set(spectrum.map((value) => Math.round(value * reflectanceScale)), pixel * bands.length);
	}
	return samples;
}

/** The vegetation index (NDVI) of each pixel, from -1 (water) to 1 (lush). */
export function vegetationIndex(samples: Uint16Array): Float32Array {
	return Float32Array.from({ length: side * side }, (_none, pixel) => {
		const [, , red = 0, , , infrared = 0] = samples.subarray(pixel * bands.length);
		return (infrared - red) / (infrared + red);
	});
}

/** TIFF's SampleFormat. */
const [unsignedInteger, floatingPoint] = [1, 3];

/** A GeoTIFF of samples, pixel by pixel, the bands of a pixel side by side; north up. */
export async function geoTiff(samples: Uint16Array | Float32Array, { easting, northing }: Place): Promise<Buffer> {
	const count = samples.length / (side * side);
	const each = (value: number) => Array<number>(count).fill(value);
	const file = await writeArrayBuffer(samples, {
		width: side,
		height: side,
		SamplesPerPixel: [count],
		BitsPerSample: each(samples.BYTES_PER_ELEMENT * 8),
		SampleFormat: each(samples instanceof Float32Array ? floatingPoint : unsignedInteger),
		...(count > 1 ? { ExtraSamples: each(0).slice(1) } : {}),
		PhotometricInterpretation: 1,
		PlanarConfiguration: 1,
		StripByteCounts: [samples.byteLength],
		ModelPixelScale: [pixelSize, pixelSize, 0],
		ModelTiepoint: [0, 0, 0, easting, northing, 0],
		GTModelTypeGeoKey: 1,
		GTRasterTypeGeoKey: 1,
		ProjectedCSTypeGeoKey: referenceSystem.epsg,
	});
	return Buffer.from(file);
}
