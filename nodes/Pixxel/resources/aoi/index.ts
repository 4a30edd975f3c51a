import type { INodeProperties } from 'n8n-workflow';
import { createdAt, filtersField, listFields, textFilter, updatedAt } from '../../fields/listFields';
import { locator } from '../../fields/locators';
import { simplifyField } from '../../fields/simplifyField';
import { aoiGet } from './get';
import { aoiGetAll } from './getAll';

const resource = ['aoi'];

export const aoiOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource } },
	options: [aoiGet, aoiGetAll],
	default: 'getAll',
};

export const aoiFields: INodeProperties[] = [
	locator('aoiId', { resource, operation: ['get'] }, 'The area of interest, as Aurora shows it'),
	...listFields('aoi'),
	simplifyField({ resource, operation: ['get', 'getAll'] }),
	filtersField('aoi', [
		createdAt,
		textFilter('aoi_id', 'ID', 'ID of the area of interest'),
		textFilter('aoi_name', 'Name', 'Name of the area of interest, as Aurora shows it'),
		textFilter('project_ids', 'Projects', 'IDs of the projects that it belongs to, separated by commas'),
		updatedAt,
	]),
];
