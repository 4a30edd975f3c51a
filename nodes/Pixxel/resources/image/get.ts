import type { INodePropertyOptions } from 'n8n-workflow';
import { getOne } from '../../item/getOne';
import { idSegment } from '../../item/parameters/ids';
import { simplified } from '../../item/simplified';
import { IMAGE_FIELDS } from './fields';

export const imageGet: INodePropertyOptions = {
	name: 'Get',
	value: 'get',
	action: 'Get image',
	description: 'Get one image of the catalog, with its STAC item',
	routing: {
		request: { method: 'GET', url: `=/v0/catalogs/${idSegment('imageId')}` },
		send: { paginate: true },
		operations: { pagination: getOne(['imageId'], 'an image', simplified(IMAGE_FIELDS)) },
	},
};
