import type { INodePropertyOptions } from 'n8n-workflow';
import { downloadOperation } from '../../download/downloadOperation';
import { imagePackage } from '../../packages/image';

export const imageDownload: INodePropertyOptions = {
	name: 'Download',
	value: 'download',
	action: 'Download image',
	description: 'Get an image of the catalog: its package, the files in it, a list of them, or a link',
	routing: {
		request: { method: 'POST', url: '/v0/catalogs/download' },
		send: { paginate: true },
		operations: { pagination: downloadOperation(imagePackage) },
	},
};
