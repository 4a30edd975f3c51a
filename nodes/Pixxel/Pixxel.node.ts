import { type INodeType, type INodeTypeDescription, NodeConnectionTypes } from 'n8n-workflow';
import { downloadFields } from './fields/downloadFields';
import { searchJobs } from './listSearch/searchJobs';
import { searchProjects } from './listSearch/searchProjects';
import { searchTasks } from './listSearch/searchTasks';
import { searchWorkflows } from './listSearch/searchWorkflows';
import { jobFields, jobOperations } from './resources/job';
import { projectFields, projectOperations } from './resources/project';
import { taskFields, taskOperations } from './resources/task';
import { workflowFields, workflowOperations } from './resources/workflow';

export class Pixxel implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Pixxel',
		name: 'pixxel',
		icon: { light: 'file:pixxel.svg', dark: 'file:pixxel.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle:
			'={{ { getAll: "get many", estimate: "get cost estimate of" }[$parameter.operation] ?? $parameter.operation }} {{ $parameter.resource }}{{ $parameter.operation === "getAll" ? "s" : "" }}',
		description: 'Get the results of hyperspectral satellite analyses from Pixxel Aurora',
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
				options: [
					{ name: 'Job', value: 'job', description: 'One run of a workflow' },
					{ name: 'Project', value: 'project', description: 'What workflows belong to' },
					{ name: 'Task', value: 'task', description: 'One step of a job, with an output of its own' },
					{ name: 'Workflow', value: 'workflow', description: 'An analysis, as built in Aurora' },
				],
				default: 'task',
			},
			taskOperations,
			jobOperations,
			workflowOperations,
			projectOperations,
			...taskFields,
			...jobFields,
			...workflowFields,
			...projectFields,
			...downloadFields,
		],
	};

	methods = { listSearch: { searchJobs, searchProjects, searchTasks, searchWorkflows } };
}
