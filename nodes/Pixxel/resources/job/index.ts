import type { INodeProperties } from 'n8n-workflow';
import { createdBy, createdOn, filtersField, listFields } from '../../fields/listFields';
import { locator } from '../../fields/locators';
import { simplifyField } from '../../fields/simplifyField';
import { waitOptions } from '../../fields/waitOptions';
import { jobCreate } from './create';
import { jobDownload } from './download';
import { jobGet } from './get';
import { jobGetAll } from './getAll';

const resource = ['job'];

export const jobOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource } },
	options: [jobCreate, jobDownload, jobGet, jobGetAll],
	default: 'download',
};

const created = { resource, operation: ['create'] };

export const jobFields: INodeProperties[] = [
	locator('projectId', created, 'The project that the workflow belongs to'),
	locator('workflowId', { resource }, 'The workflow that the job is a run of'),
	locator('jobId', { resource, operation: ['get', 'download'] }, 'The run of the workflow'),
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: false,
		description: 'Whether to wait until the job has ended. A job that does not succeed is an error then.',
		displayOptions: { show: created },
	},
	...listFields('job'),
	simplifyField({ resource, operation: ['create', 'get', 'getAll'] }),
	filtersField('job', [
		createdBy,
		createdOn,
		{
			displayName: 'Status',
			name: 'status',
			type: 'string',
			default: '',
			placeholder: 'e.g. completed',
			description: 'A status as Pixxel words it, e.g. running or completed',
		},
	]),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { ...created, waitForCompletion: [true] } },
		options: waitOptions,
	},
];
