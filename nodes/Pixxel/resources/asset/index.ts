import type { INodeProperties } from 'n8n-workflow';
import { listFields } from '../../fields/listFields';
import { locator } from '../../fields/locators';
import { simplifyField } from '../../fields/simplifyField';
import { assetDownload } from './download';
import { assetGetAll } from './getAll';

const resource = ['asset'];

export const assetOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource } },
	options: [assetDownload, assetGetAll],
	default: 'download',
};

export const assetFields: INodeProperties[] = [
	locator('aoiId', { resource }, 'The area of interest that the asset belongs to'),
	locator('assetId', { resource, operation: ['download'] }, 'The asset to download', ['aoiId']),
	...listFields('asset'),
	simplifyField({ resource, operation: ['getAll'] }),
];
