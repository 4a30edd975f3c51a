import type { INodePropertyOptions } from 'n8n-workflow';
import { assets } from '../../api/lists/areas';
import { getMany } from '../../item/getMany';
import { idSegment } from '../../item/parameters/ids';
import { simplified } from '../../item/simplified';

const FIELDS = ['id', 'name', 'asset_type', 'status', 'progress', 'date', 'resolution', 'aoi_id', 'visualization_id', 'created_at'];

export const assetGetAll: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many assets',
	description: 'List the assets of an area of interest: mosaics, images, visualizations',
	routing: {
		request: { method: 'GET', url: `=/v0/aois/${idSegment('aoiId')}/assets` },
		send: { paginate: true },
		operations: { pagination: getMany(['aoiId'], {}, assets, simplified(FIELDS)) },
	},
};
