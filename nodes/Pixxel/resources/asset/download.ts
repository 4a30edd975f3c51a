import type { INodePropertyOptions } from 'n8n-workflow';
import { downloadOperation } from '../../download/downloadOperation';
import { idSegment } from '../../item/parameters/ids';
import { assetPackage } from '../../packages/asset';

export const assetDownload: INodePropertyOptions = {
	name: 'Download',
	value: 'download',
	action: 'Download asset',
	description: 'Get an asset of an area of interest: its package, the files in it, a list of them, or a link',
	routing: {
		request: { method: 'POST', url: `=/v0/aois/${idSegment('aoiId')}/downloads` },
		send: { paginate: true },
		operations: { pagination: downloadOperation(assetPackage) },
	},
};
