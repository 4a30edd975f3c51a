import type { INodeProperties } from 'n8n-workflow';
import { locator } from '../../fields/locators';
import { taskDownload } from './download';

const resource = ['task'];

export const taskOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource } },
	options: [taskDownload],
	default: 'download',
};

export const taskFields: INodeProperties[] = [
	locator('workflowId', { resource }, 'The workflow that the task belongs to'),
	locator('jobId', { resource }, 'The run of the workflow that the task belongs to', ['workflowId']),
	locator('taskId', { resource }, 'The task whose output to download', ['workflowId', 'jobId']),
];
