import type { INodePropertyOptions } from 'n8n-workflow';
import { areas } from '../../api/lists/areas';
import { getMany } from '../../item/getMany';
import { simplified } from '../../item/simplified';
import { AREA_FIELDS } from './fields';

export const aoiGetAll: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many areas of interest',
	description: 'List the areas of interest that the key may see',
	routing: {
		request: { method: 'GET', url: '/v0/aois' },
		send: { paginate: true },
		operations: {
			pagination: getMany(
				[],
				{ aoi_id: 'text', aoi_name: 'text', created_at: 'date', project_ids: 'names', updated_at: 'date' },
				areas,
				simplified(AREA_FIELDS),
			),
		},
	},
};
