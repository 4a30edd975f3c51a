import type { INodePropertyOptions } from 'n8n-workflow';
import { insights } from '../../api/lists/insights';
import { getMany } from '../../item/getMany';
import { idSegment } from '../../item/parameters/ids';
import { shapeInsight } from '../../job/simplifyInsight';

export const insightGetAll: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many insights',
	description: 'List the insights of an area of interest, newest first',
	routing: {
		request: { method: 'GET', url: `=/v0/aoi/${idSegment('aoiId')}/insights` },
		send: { paginate: true },
		operations: {
			pagination: getMany(['aoiId'], { id: 'text', status: 'text', created_by: 'text', created_on: 'date' }, insights, shapeInsight),
		},
	},
};
