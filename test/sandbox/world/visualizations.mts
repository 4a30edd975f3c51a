import { analystId, firstImageMs, satelliteId } from './areas.mts';
import { indexId, known, uuidOf, visualizationId } from './wellKnown.mts';

const dayMs = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

export type Index = ReturnType<typeof indexOf>;
export type Visualization = ReturnType<typeof visualizationOf>;

/** `atlas.IndexEntity` */
const indexOf = (name: string, description: string, expression: string, expression_type: string, type = 'preset') => ({
	id: indexId(name),
	name,
	description,
	expression,
	expression_type,
	type,
	bands: [...new Set(expression.match(/B\d+/g) ?? [])],
	colormap: expression_type === 'index' ? 'rdylgn' : '',
	rescale: expression_type === 'index' ? [-1, 1] : [0, 10_000],
	satellite_id: satelliteId,
	created_at: iso(firstImageMs),
	updated_at: iso(firstImageMs),
});

/** More than the API's default page. */
export function firstIndices(): Map<string, Index> {
	const ratio = (one: string, other: string) => `(${one}-${other})/(${one}+${other})`;
	const indices = [
		indexOf('NDVI', 'Vegetation', ratio('B06', 'B03'), 'index'),
		indexOf('NDWI', 'Open water', ratio('B02', 'B06'), 'index'),
		indexOf('NDRE', 'Chlorophyll', ratio('B06', 'B04'), 'index'),
		indexOf('GNDVI', 'Vegetation, by green', ratio('B06', 'B02'), 'index'),
		indexOf('RENDVI', 'Vegetation, by red edge', ratio('B05', 'B04'), 'index'),
		indexOf('NDTI', 'Turbidity', ratio('B03', 'B02'), 'index'),
		indexOf('True colour', 'As eyes see it', 'B03,B02,B01', 'composite'),
		indexOf('False colour', 'Vegetation in red', 'B06,B03,B02', 'composite'),
		indexOf('Near infrared', 'One band', 'B06', 'grayscale'),
		indexOf('Red', 'One band', 'B03', 'grayscale'),
		indexOf('Silt in ponds', 'Made by a user', 'B02/B01', 'index', 'custom'),
		indexOf('Iron oxide', 'Made by a user', 'B03/B01', 'index', 'custom'),
	];
	return new Map(indices.map((index) => [index.id, index]));
}

/** `atlas.VisualizationListItem` */
const visualizationOf = (aoi_id: string, index: string, status: string, progress: number, order: number) => ({
	id: visualizationId(aoi_id, index),
	aoi_id,
	index_id: indexId(index),
	progress,
	status,
	tenant_id: uuidOf('organisation'),
	user_id: analystId,
	created_at: iso(firstImageMs + order * dayMs),
	updated_at: iso(firstImageMs + order * dayMs),
});

/** Of every status, in the area that is well known; each of an index of its own. */
export function firstVisualizations(): Map<string, Visualization> {
	const states: Array<[index: string, status: string, progress: number]> = [
		['NDVI', 'success', 100], ['NDWI', 'creating', 30], ['NDRE', 'failed', 60], ['Iron oxide', 'partial_success', 100],
	];
	const all = states.map(([index, status, progress], order) => visualizationOf(known.area.aoiId, index, status, progress, order));
	return new Map(all.map((visualization) => [visualization.id, visualization]));
}
