import type { INodeProperties } from 'n8n-workflow';
import { createdBy, createdOn, filtersField, listFields, updatedAt } from '../../fields/listFields';
import { locator, projectFilter } from '../../fields/locators';
import { workflowEstimate } from './estimate';
import { workflowGet } from './get';
import { workflowGetAll } from './getAll';

const resource = ['workflow'];

export const workflowOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource } },
	options: [workflowGet, workflowEstimate, workflowGetAll],
	default: 'getAll',
};

export const workflowFields: INodeProperties[] = [
	locator('projectId', { resource, operation: ['get'] }, 'The project that the workflow belongs to'),
	locator('workflowId', { resource, operation: ['get'] }, 'The workflow, as built in Aurora', ['projectId']),
	locator('workflowId', { resource, operation: ['estimate'] }, 'The workflow, as built in Aurora'),
	...listFields('workflow'),
	filtersField('workflow', [
		createdBy,
		createdOn,
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			placeholder: 'e.g. Tailings pond monitoring',
			description: 'Name of the workflow, as Aurora shows it',
		},
		projectFilter,
		updatedAt,
	]),
];
