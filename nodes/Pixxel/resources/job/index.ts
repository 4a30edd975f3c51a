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
	{
		// Whoever comes by the list of actions has not read the operation's description.
		displayName:
			'Each run costs credits. To see how many beforehand, use the Workflow operation "Get Cost Estimate".',
		name: 'creditsNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: created },
	},
	locator('projectId', created, 'The project that the workflow belongs to'),
	locator('workflowId', created, 'The workflow to run', ['projectId']),
	locator(
		'workflowId',
		{ resource, operation: ['get', 'getAll', 'download'] },
		'The workflow that the job is a run of',
	),
	locator('jobId', { resource, operation: ['get', 'download'] }, 'The run of the workflow', ['workflowId']),
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: false,
		description: 'Whether to wait until the job has ended, for as long as Max Wait says. A job that does not succeed ends in an error then.',
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
			type: 'options',
			options: [
				{ name: 'Completed', value: 'completed' },
				{ name: 'Failed', value: 'failed' },
				{ name: 'Pending', value: 'pending' },
				{ name: 'Running', value: 'running' },
			],
			default: 'completed',
			description:
				'Status of the job. Pixxel does not list all of them: choose "Expression" to give another one, e.g. cancelled.',
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
