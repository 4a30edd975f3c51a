import { type INodeType, type INodeTypeDescription, NodeConnectionTypes } from 'n8n-workflow';
import { downloadFields } from './fields/downloadFields';
import { locator } from './fields/locators';
import { taskOperations } from './resources/task';

export class Pixxel implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Pixxel',
		name: 'pixxel',
		icon: { light: 'file:pixxel.svg', dark: 'file:pixxel.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle: '={{ $parameter.operation + ": " + $parameter.resource }}',
		description: 'Fetch the results of hyperspectral satellite analyses from Pixxel Aurora',
		defaults: { name: 'Pixxel' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'pixxelApi', required: true }],
		requestDefaults: { baseURL: '={{ $credentials.baseUrl }}' },
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [{ name: 'Task', value: 'task' }],
				default: 'task',
			},
			taskOperations,
			locator('workflowId', { resource: ['task'] }, 'The workflow that the task belongs to'),
			locator('jobId', { resource: ['task'] }, 'The run of the workflow that the task belongs to'),
			locator('taskId', { resource: ['task'] }, 'The task whose output to download'),
			...downloadFields,
		],
	};
}
