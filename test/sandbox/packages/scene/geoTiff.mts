import { writeArrayBuffer } from 'geotiff';
import type { Place } from './place.mts';
import { pixelSize, referenceSystem, side } from './place.mts';

/** TIFF's SampleFormat. */
const [unsignedInteger, floatingPoint] = [1, 3];

/** A GeoTIFF of samples, pixel by pixel, the bands of a pixel side by side; north up. */
export async function geoTiff(samples: Uint16Array | Float32Array, { easting, northing }: Place): Promise<Buffer> {
	const bands = samples.length / (side * side);
	const each = (value: number) => Array<number>(bands).fill(value);
	const file = await writeArrayBuffer(samples, {
		width: side,
		height: side,
		SamplesPerPixel: [bands],
		BitsPerSample: each(samples.BYTES_PER_ELEMENT * 8),
		SampleFormat: each(samples instanceof Float32Array ? floatingPoint : unsignedInteger),
		...(bands > 1 ? { ExtraSamples: each(0).slice(1) } : {}),
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
