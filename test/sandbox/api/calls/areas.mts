import { notFound } from '../../exchange.mts';
import type { Area } from '../../world/areas.mts';
import { type Asked, contains, findProject, matches, matchesTime, pageOf } from '../asked.mts';
import { assetWords, createDownload, findDownload, lookAt, notFinished } from './packages.mts';

export function findArea(asked: Asked): Area {
	const id = asked.ids.aoi_id ?? asked.ids.aoiId ?? '';
	const area = asked.sandbox.world.areas.get(id);
	if (area === undefined) throw notFound('AOI', id);
	findProject(asked, area.project_id);
	return area;
}

export function listAreas(asked: Asked) {
	const { query, sandbox, access } = asked;
	const projects = query.project_ids?.split(',').map((id) => findProject(asked, id.trim()).id);
	const found = [...sandbox.world.areas.values()].filter(
		(area) =>
			access(area.project_id) &&
			(projects?.includes(area.project_id) ?? true) &&
			matches(area.aoi_id, query.aoi_id) &&
			contains(area.name, query.aoi_name) &&
			matchesTime(area.created_at, query.created_at) &&
			matchesTime(area.updated_at, query.updated_at),
	);
	return pageOf('aois', found, query);
}

const assetsOf = (asked: Asked) => {
	const { aoi_id } = findArea(asked);
	return [...asked.sandbox.world.assets.values()].filter((asset) => asset.aoi_id === aoi_id);
};

export const listAssets = (asked: Asked) => pageOf('assets', assetsOf(asked), asked.query);

export function createAssetDownload(asked: Asked) {
	const assets = new Map(assetsOf(asked).map((asset) => [asset.id, asset]));
	const ids: string[] = asked.body.asset_ids;
	for (const id of ids) {
		const asset = assets.get(id);
		if (asset === undefined) throw notFound('asset', id, ` in AOI ${asked.ids.aoi_id}`);
		if (asset.status !== 'success') throw notFinished('asset', id, asset.status);
	}
	const { download, ...progress } = createDownload(asked, ids, assetWords, asked.ids.aoi_id);
	if (asked.sandbox.behaviour.assetDownloads === 'withoutBody') return { status: 200, type: 'application/json', content: '' };
	return { download_id: download.id, ...progress };
}

export function getAssetDownload(asked: Asked) {
	findArea(asked);
	const download = findDownload(asked);
	return { download_id: download.id, ...lookAt(asked, download, assetWords) };
}
