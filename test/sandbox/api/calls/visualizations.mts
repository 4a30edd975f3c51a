import { badRequest, notFound } from '../../exchange.mts';
import { type Asked, matches, pageOf } from '../asked.mts';
import { findArea } from './areas.mts';
import { notFinished } from './packages.mts';

export function listVisualizations(asked: Asked) {
	const { query, sandbox } = asked;
	const { aoi_id } = findArea(asked);
	const found = [...sandbox.world.visualizations.values()].filter((visualization) => {
		const index = sandbox.world.indices.get(visualization.index_id);
		return (
			visualization.aoi_id === aoi_id &&
			matches(visualization.id, query.visualization_id) &&
			matches(visualization.user_id, query.user_id) &&
			matches(visualization.index_id, query.index_id) &&
			matches(index?.type ?? '', query.type) &&
			matches(index?.expression_type ?? '', query.expression_type)
		);
	});
	return pageOf('visualization', found, query);
}

export function listIndices({ query, sandbox }: Asked) {
	const found = [...sandbox.world.indices.values()].filter(
		(index) =>
			matches(index.id, query.index_id) &&
			matches(index.satellite_id, query.satellite_id) &&
			matches(index.type, query.type) &&
			matches(index.expression_type, query.expression_type),
	);
	return pageOf('indices', found, query);
}

/** A picture of an index in an area on a day. */
export async function drawPicture(asked: Asked): Promise<Buffer> {
	const { ids, body, sandbox } = asked;
	const { aoi_id } = findArea(asked);
	const { visualization_id: id = '' } = ids;
	const { index_id, date, visualization_mode: mode } = body;
	const visualization = sandbox.world.visualizations.get(id);
	if (visualization === undefined || visualization.aoi_id !== aoi_id) throw notFound('visualization', id, ` in AOI ${aoi_id}`);
	if (visualization.index_id !== index_id) throw notFound('index', index_id, ` in visualization ${id}`);
	if (!/^\d{4}_\d{2}_\d{2}$/.test(date)) throw badRequest('date must be written like 2024_05_06', { date });
	if (!visualization.status.endsWith('success')) throw notFinished('visualization', id, visualization.status);
	const dates = [...sandbox.world.assets.values()].filter((asset) => asset.aoi_id === aoi_id).map((asset) => asset.date.replaceAll('-', '_'));
	if (!dates.includes(date)) throw notFound('image', date, ` in AOI ${aoi_id}`);
	// Loaded when first needed, as what draws is.
	const { indexPicture } = await import('../../packages/scene/indexPicture.mts');
	return await indexPicture(`${aoi_id}/${date}`, mode);
}
