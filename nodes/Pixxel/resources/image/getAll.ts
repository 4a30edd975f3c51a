import type { INodePropertyOptions } from 'n8n-workflow';
import { images } from '../../api/lists/images';
import { getMany } from '../../item/getMany';
import { simplified } from '../../item/simplified';
import { IMAGE_FIELDS } from './fields';

export const imageGetAll: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many images',
	description: 'List the images in the catalog: what was ordered, and has been delivered',
	routing: {
		request: { method: 'POST', url: '/v0/catalogs/search' },
		send: { paginate: true },
		operations: {
			pagination: getMany(
				[],
				{
					bbox: 'numbers',
					collections: 'names',
					datetime: 'text',
					ids: 'names',
					intersects: 'json',
					item_ids: 'names',
					order_ids: 'names',
					order_item_ids: 'names',
					query: 'json',
					sort_by: 'json',
				},
				images,
				simplified(IMAGE_FIELDS),
				'body',
			),
		},
	},
};
