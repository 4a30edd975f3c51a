import type { INodeProperties } from 'n8n-workflow';
import { packageDownloadFromLink } from './downloadFromLink';

const resource = ['package'];

export const packageOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource } },
	options: [packageDownloadFromLink],
	default: 'downloadFromLink',
};

export const packageFields: INodeProperties[] = [
	{
		displayName: 'Link',
		name: 'url',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. {{ $json.signed_url }}',
		description: 'The link to the package. It is used as it is, and never sent to Pixxel. When it has expired, only the node that gave it can renew it.',
		displayOptions: { show: { resource } },
	},
];
