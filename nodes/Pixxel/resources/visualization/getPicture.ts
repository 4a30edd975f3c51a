import type { INodePropertyOptions } from 'n8n-workflow';
import { getPicture } from '../../picture/getPicture';
import { idSegment } from '../../item/parameters/ids';

export const visualizationGetPicture: INodePropertyOptions = {
	name: 'Get Picture',
	value: 'getPicture',
	action: 'Get picture of visualization',
	description: 'Get the picture of an area of interest on one day, as Pixxel draws it, with its legend: a PNG, ready for a mail',
	routing: {
		request: { method: 'POST', url: `=/v0/aois/${idSegment('aoiId')}/visualizations/${idSegment('visualizationId')}/png` },
		send: { paginate: true },
		operations: { pagination: getPicture },
	},
};
