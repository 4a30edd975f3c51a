import type { INodePropertyOptions } from 'n8n-workflow';
import { visualizations } from '../../api/lists/areas';
import { getMany } from '../../item/getMany';
import { idSegment } from '../../item/parameters/ids';

export const visualizationGetAll: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many visualizations',
	description: 'List the visualizations of an area of interest',
	routing: {
		request: { method: 'GET', url: `=/v0/aois/${idSegment('aoiId')}/visualizations` },
		send: { paginate: true },
		operations: {
			pagination: getMany(
				['aoiId'],
				{ expression_type: 'text', index_id: 'text', type: 'text', user_id: 'text', visualization_id: 'text' },
				visualizations,
			),
		},
	},
};
