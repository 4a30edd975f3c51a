import proj4 from 'proj4';
import { max, mean, min, standardDeviation } from 'simple-statistics';
import { bands } from './landscape.mts';
import { pixelSize, type Place, referenceSystem, reflectanceScale, side } from './rasters.mts';

const round = (value: number, decimals = 4) => Number(value.toFixed(decimals));

/** Minimum, maximum, mean and standard deviation of each band, as a person would look at them first. JSON. */
export function statisticsFile(samples: Uint16Array, id: string): Buffer {
	const statistics = bands.map((band, index) => {
		const values = [...samples.filter((_sample, at) => at % bands.length === index)].map((value) => value / reflectanceScale);
		return { ...band, min: round(min(values)), max: round(max(values)), mean: round(mean(values)), std: round(standardDeviation(values)) };
	});
	const about = {
		note: 'Made by the sandbox, a double of the Pixxel API. This is not satellite data.',
		id,
		unit: 'surface reflectance',
		scale: reflectanceScale,
		width: side,
		height: side,
		bands: statistics,
	};
	return Buffer.from(`${JSON.stringify(about, null, 2)}\n`);
}

const zonesAlongSide = 4;
const zoneSide = side / zonesAlongSide;
/** Centimetres, in degrees. */
const degreeDecimals = 7;

/** Square zones with their mean vegetation index. GeoJSON, so in longitude and latitude. */
export function zonesFile(index: Float32Array, { easting, northing }: Place): Buffer {
	const toDegrees = proj4(referenceSystem.proj, 'WGS84');
	const corner = (column: number, row: number) =>
		toDegrees.forward([easting + column * pixelSize, northing - row * pixelSize]).map((degrees) => round(degrees, degreeDecimals));
	const zoneOf = (pixel: number) => Math.floor(pixel / side / zoneSide) * zonesAlongSide + Math.floor((pixel % side) / zoneSide);
	const features = Array.from({ length: zonesAlongSide ** 2 }, (_none, zone) => {
		const [west, north] = [(zone % zonesAlongSide) * zoneSide, Math.floor(zone / zonesAlongSide) * zoneSide];
		const [east, south] = [west + zoneSide, north + zoneSide];
		const values = [...index.filter((_value, pixel) => zoneOf(pixel) === zone)];
		// Counterclockwise, and closed.
		const ring = [corner(west, north), corner(west, south), corner(east, south), corner(east, north), corner(west, north)];
		return {
			type: 'Feature',
			properties: { zone: zone + 1, mean_ndvi: round(mean(values)) },
			geometry: { type: 'Polygon', coordinates: [ring] },
		};
	});
	return Buffer.from(`${JSON.stringify({ type: 'FeatureCollection', features })}\n`);
}
