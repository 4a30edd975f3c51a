import type { INodeProperties } from 'n8n-workflow';
import { listFields } from '../../fields/listFields';
import { locator } from '../../fields/locators';
import { projectGet } from './get';
import { projectGetAll } from './getAll';

const resource = ['project'];

export const projectOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource } },
	options: [projectGet, projectGetAll],
	default: 'getAll',
};

export const projectFields: INodeProperties[] = [
	locator('projectId', { resource, operation: ['get'] }, 'The project, as Aurora shows it'),
	...listFields('project'),
];
