import type { INodePropertyOptions } from 'n8n-workflow';
import { downloadOperation } from '../../download/downloadOperation';
import { linkPackage } from '../../packages/link';

export const packageDownloadFromLink: INodePropertyOptions = {
	name: 'Download From Link',
	value: 'downloadFromLink',
	action: 'Download package from link',
	description: 'Get a package whose link is known: the file, the files in it, or a list of them. The Pixxel API is not called.',
	routing: {
		// Never sent: the link is the item's, and a secret.
		request: { method: 'GET', url: '/v0/' },
		send: { paginate: true },
		operations: { pagination: downloadOperation(linkPackage) },
	},
};
