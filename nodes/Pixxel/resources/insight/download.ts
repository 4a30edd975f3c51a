import type { INodePropertyOptions } from 'n8n-workflow';
import { downloadOperation } from '../../download/downloadOperation';
import { idSegment } from '../../item/parameters/ids';
import { insightPackage } from '../../packages/insight';

export const insightDownload: INodePropertyOptions = {
	name: 'Download',
	value: 'download',
	action: 'Download insight',
	description: 'Get what a model has found in an area of interest: its package, the files in it, a list of them, or a link',
	routing: {
		request: { method: 'PUT', url: `=/v0/aoi/${idSegment('aoiId')}/insights/${idSegment('insightId')}/download` },
		send: { paginate: true },
		operations: { pagination: downloadOperation(insightPackage) },
	},
};
