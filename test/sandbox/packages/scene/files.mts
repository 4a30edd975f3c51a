import { createHash } from 'node:crypto';
import { writeArrayBuffer } from 'geotiff';
import proj4 from 'proj4';
import { max, mean, min, standardDeviation } from 'simple-statistics';
import { bands, type Scene } from './landscape.mts';

/** Pixels along each side of a scene's rasters. */
export const side = 128;
/** Metres. */
const pixelSize = 5;
/** WGS 84 / UTM zone 43N: its EPSG code, and how PROJ writes it. */
const referenceSystem = { epsg: 32643, proj: '+proj=utm +zone=43 +datum=WGS84 +units=m' };

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
const reflectanceScale = 10_000;

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

/** Quality of each pixel: 1 where it is usable, 0 where it is too dark. */
export const maskOf = (samples: Uint16Array): Uint16Array =>
	Uint16Array.from({ length: side * side }, (_none, pixel) => Number(samples[pixel * bands.length + 2]! > 200));

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

const round = (value: number, decimals = 4) => Number(value.toFixed(decimals));

/** Minimum, maximum, mean and standard deviation of each band, as a person would look at them first. */
export function bandStatistics(samples: Uint16Array) {
	return bands.map((band, index) => {
		const values = [...samples.filter((_sample, at) => at % bands.length === index)].map((value) => value / reflectanceScale);
		return { ...band, min: round(min(values)), max: round(max(values)), mean: round(mean(values)), std: round(standardDeviation(values)) };
	});
}

/** The statistics, and what they are of. JSON. */
export function statisticsFile(samples: Uint16Array, id: string): Buffer {
	const about = {
		note: 'Made by the sandbox, a double of the Pixxel API. This is not satellite data.',
		id,
		unit: 'surface reflectance',
		scale: reflectanceScale,
		width: side,
		height: side,
		bands: bandStatistics(samples),
	};
	return Buffer.from(`${JSON.stringify(about, null, 2)}\n`);
}

const zonesAlongSide = 4;
const zoneSide = side / zonesAlongSide;
/** Centimetres, in degrees. */
const degreeDecimals = 7;

type Box = [west: number, north: number, east: number, south: number];

/** The corners of a box of pixels in longitude and latitude, counterclockwise and closed. */
export function cornersOf({ easting, northing }: Place, [west, north, east, south]: Box = [0, 0, side, side]): number[][] {
	const toDegrees = proj4(referenceSystem.proj, 'WGS84');
	const corner = (column: number, row: number) =>
		toDegrees.forward([easting + column * pixelSize, northing - row * pixelSize]).map((degrees) => round(degrees, degreeDecimals));
	return [corner(west, north), corner(west, south), corner(east, south), corner(east, north), corner(west, north)];
}

/** Square zones with their mean vegetation index. GeoJSON. */
export function zonesFile(index: Float32Array, place: Place): Buffer {
	const zoneOf = (pixel: number) => Math.floor(pixel / side / zoneSide) * zonesAlongSide + Math.floor((pixel % side) / zoneSide);
	const features = Array.from({ length: zonesAlongSide ** 2 }, (_none, zone) => {
		const [west, north] = [(zone % zonesAlongSide) * zoneSide, Math.floor(zone / zonesAlongSide) * zoneSide];
		const values = [...index.filter((_value, pixel) => zoneOf(pixel) === zone)];
		return {
			type: 'Feature',
			properties: { zone: zone + 1, mean_ndvi: round(mean(values)) },
			geometry: { type: 'Polygon', coordinates: [cornersOf(place, [west, north, west + zoneSide, north + zoneSide])] },
		};
	});
	return Buffer.from(`${JSON.stringify({ type: 'FeatureCollection', features })}\n`);
}
