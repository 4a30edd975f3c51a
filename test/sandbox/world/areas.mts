import { areaId, assetId, bareAreaName, demoAreaName, projectId, projectSlugs, uuidOf, visualizationId } from './wellKnown.mts';

const dayMs = 86_400_000;
export const firstImageMs = Date.UTC(2025, 2, 3, 5, 20);
const iso = (ms: number) => new Date(ms).toISOString();

/** Pixxel's second demonstrator, by the identifier that its description names. */
export const satelliteId = '0005c5bb-0bd2-4c80-9393-4a808341c54c';
export const bandNames = ['B01', 'B02', 'B03', 'B04', 'B05', 'B06'];
export const analystId = uuidOf('user/one');

export type Position = [longitude: number, latitude: number];

/** Degrees. */
const side = 0.01;
const squareMetres = 1_156_000;

/** A square with this middle, counterclockwise and closed. */
export function squareAround([longitude, latitude]: Position) {
	const [west, south, east, north] = [longitude - side / 2, latitude - side / 2, longitude + side / 2, latitude + side / 2];
	return { type: 'Polygon', coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] };
}

/** Somewhere in western India, each number in a place of its own. */
export const placeOf = (number: number): Position => [74 + (number % 10) * 0.05, 20.8 + Math.floor(number / 10) * 0.05];

export type Area = ReturnType<typeof areaOf>;
export type Asset = ReturnType<typeof assetOf>;

/** `atlas.AOI` */
const areaOf = (slug: string, name: string, number: number) => ({
	aoi_id: areaId(slug, name),
	name,
	description: `${name}. Made by the sandbox, a double of the Pixxel API.`,
	satellite_id: satelliteId,
	project_id: projectId(slug),
	images: { [uuidOf(`image of area/${number}`)]: { sandbox: true } },
	eo_bands: bandNames,
	geometry: squareAround(placeOf(number)),
	progress: 100,
	status: 'success',
	is_favourite: number === 0,
	created_at: iso(firstImageMs + number * dayMs),
	updated_at: iso(firstImageMs + (number + 2) * dayMs),
	user_id: analystId,
	area_in_sq_m: squareMetres,
	centroid: placeOf(number),
});

const assetTypes = ['mosaic', 'stac_item', 'visualization'];
const statuses: Record<number, [status: string, progress: number]> = { 3: ['failed', 60], 4: ['creating', 20], 5: ['started', 0] };

/** `atlas.AssetReadModel` */
const assetOf = ({ aoi_id, geometry, centroid, area_in_sq_m }: Area, number: number) => {
	const [status, progress] = statuses[number] ?? ['success', 100];
	const takenMs = firstImageMs + number * 10 * dayMs;
	const asset_type = assetTypes[number % assetTypes.length] as string;
	return {
		id: assetId(aoi_id, number),
		aoi_id,
		name: `${asset_type}_${iso(takenMs).slice(0, 10)}`,
		description: 'Made by the sandbox, a double of the Pixxel API',
		asset_type,
		band_list: bandNames,
		date: iso(takenMs).slice(0, 10),
		status,
		progress,
		resolution: 5,
		area_in_sq_m,
		centroid,
		geometry,
		path: `s3://sandbox-not-pixxel/assets/${assetId(aoi_id, number)}.tif`,
		visualization_id: asset_type === 'visualization' ? visualizationId(aoi_id, 'NDVI') : '',
		created_at: iso(takenMs + dayMs),
		updated_at: iso(takenMs + dayMs),
	};
};

const things = ['Pit', 'Waste dump', 'Plant site', 'River corridor', 'Haul road', 'Lease', 'Reservoir', 'Orchard', 'North fields', 'South fields', 'Pasture'];

/** 25 of them, so that a list has pages; two have one name. */
export function firstAreas(): Map<string, Area> {
	const { first, second } = projectSlugs;
	const named: Array<[slug: string, name: string]> = [
		[first, demoAreaName], [second, demoAreaName], [first, bareAreaName],
		...things.flatMap((thing): Array<[string, string]> => [[first, `${thing} east`], [second, `${thing} west`]]),
	];
	return new Map(named.map(([slug, name], number) => areaOf(slug, name, number)).map((area) => [area.aoi_id, area]));
}

/** Twelve of the first area, of every type and status, and two of every other but the bare one. */
export function firstAssets(areas: Map<string, Area>): Map<string, Asset> {
	const bare = areaId(projectSlugs.first, bareAreaName);
	const all = [...areas.values()].filter(({ aoi_id }) => aoi_id !== bare).flatMap((area, order) =>
		Array.from({ length: order === 0 ? 12 : 2 }, (_none, number) => assetOf(area, number)),
	);
	return new Map(all.map((asset) => [asset.id, asset]));
}
