import proj4 from 'proj4';
import { mean } from 'simple-statistics';
import type { Place } from './place.mts';
import { pixelSize, referenceSystem, side } from './place.mts';

const zonesAlongSide = 4;
const zoneSide = side / zonesAlongSide;
/** Centimetres, in degrees. */
const decimals = 7;

/** Square zones with their mean vegetation index. GeoJSON, so in longitude and latitude. */
export function zonesFile(index: Float32Array, { easting, northing }: Place): Buffer {
	const toDegrees = proj4(referenceSystem.proj, 'WGS84');
	const corner = (column: number, row: number) =>
		toDegrees
			.forward([easting + column * pixelSize, northing - row * pixelSize])
			.map((degrees) => Number(degrees.toFixed(decimals)));
	const features = Array.from({ length: zonesAlongSide ** 2 }, (_none, zone) => {
		const [west, north] = [(zone % zonesAlongSide) * zoneSide, Math.floor(zone / zonesAlongSide) * zoneSide];
		const [east, south] = [west + zoneSide, north + zoneSide];
		const values = [...index.filter((_value, pixel) => {
			const [column, row] = [pixel % side, Math.floor(pixel / side)];
			return column >= west && column < east && row >= north && row < south;
		})];
		// Counterclockwise, and closed.
		const ring = [corner(west, north), corner(west, south), corner(east, south), corner(east, north), corner(west, north)];
		return {
			type: 'Feature',
			properties: { zone: zone + 1, mean_ndvi: Number(mean(values).toFixed(4)) },
			geometry: { type: 'Polygon', coordinates: [ring] },
		};
	});
	return Buffer.from(`${JSON.stringify({ type: 'FeatureCollection', features })}\n`);
}
