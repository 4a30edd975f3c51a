import type { INodePropertyOptions } from 'n8n-workflow';
import { getOne } from '../../item/getOne';
import { idSegment } from '../../item/parameters/ids';
import { simplified } from '../../item/simplified';
import { AREA_FIELDS } from './fields';

export const aoiGet: INodePropertyOptions = {
	name: 'Get',
	value: 'get',
	action: 'Get area of interest',
	description: 'Get one area of interest, with its geometry',
	routing: {
		request: { method: 'GET', url: `=/v0/aoi/${idSegment('aoiId')}` },
		send: { paginate: true },
		operations: { pagination: getOne(['aoiId'], 'an area of interest', simplified(AREA_FIELDS)) },
	},
};
