import type { INodeProperties } from 'n8n-workflow';
import { createdBy, createdOn, filtersField, listFields, textFilter } from '../../fields/listFields';
import { locator } from '../../fields/locators';
import { simplifyField } from '../../fields/simplifyField';
import { insightDownload } from './download';
import { insightGetAll } from './getAll';

const resource = ['insight'];

export const insightOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource } },
	options: [insightDownload, insightGetAll],
	default: 'download',
};

export const insightFields: INodeProperties[] = [
	locator('aoiId', { resource }, 'The area of interest that the insight is about'),
	locator('insightId', { resource, operation: ['download'] }, 'The insight to download', ['aoiId']),
	...listFields('insight'),
	simplifyField({ resource, operation: ['getAll'] }),
	filtersField('insight', [
		createdBy,
		createdOn,
		textFilter('id', 'ID', 'ID of the insight'),
		textFilter('status', 'Status', 'Status of the insight, e.g. completed. Pixxel documents no complete list.'),
	]),
];
