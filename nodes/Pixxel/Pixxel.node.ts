import { type INodeType, type INodeTypeDescription, NodeConnectionTypes } from 'n8n-workflow';
import { downloadFields } from './fields/downloadFields';
import { searchAreas } from './listSearch/areas/searchAreas';
import { searchAssets } from './listSearch/areas/searchAssets';
import { searchImages } from './listSearch/searchImages';
import { searchInsights } from './listSearch/areas/searchInsights';
import { searchJobs } from './listSearch/searchJobs';
import { searchProjects } from './listSearch/searchProjects';
import { searchTasks } from './listSearch/searchTasks';
import { searchVisualizations } from './listSearch/areas/searchVisualizations';
import { searchWorkflows } from './listSearch/searchWorkflows';
import { aoiFields, aoiOperations } from './resources/aoi';
import { assetFields, assetOperations } from './resources/asset';
import { imageFields, imageOperations } from './resources/image';
import { insightFields, insightOperations } from './resources/insight';
import { jobFields, jobOperations } from './resources/job';
import { packageFields, packageOperations } from './resources/package';
import { projectFields, projectOperations } from './resources/project';
import { taskFields, taskOperations } from './resources/task';
import { visualizationFields, visualizationOperations } from './resources/visualization';
import { workflowFields, workflowOperations } from './resources/workflow';

export class Pixxel implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Pixxel',
		name: 'pixxel',
		icon: { light: 'file:pixxel.svg', dark: 'file:pixxel.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle:
			'={{ { downloadFromLink: "download package from link", getPicture: "get picture of visualization" }[$parameter.operation] ?? ({ getAll: "get many", estimate: "get cost estimate of" }[$parameter.operation] ?? $parameter.operation) + " " + ($parameter.resource === "aoi" ? "area" : $parameter.resource) + ($parameter.operation === "getAll" ? "s" : "") + ($parameter.resource === "aoi" ? " of interest" : "") }}',
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
					{ name: 'Area of Interest', value: 'aoi', description: 'A piece of land that is watched' },
					{ name: 'Asset', value: 'asset', description: 'What was made of an area of interest: a mosaic, an image, a visualization' },
					{ name: 'Image', value: 'image', description: 'An image in the catalog: what was ordered, and has been delivered' },
					{ name: 'Insight', value: 'insight', description: 'What a model has found in an area of interest' },
					{ name: 'Job', value: 'job', description: 'One run of an Aurora workflow' },
					{ name: 'Package', value: 'package', description: 'A package whose link is known' },
					{ name: 'Project', value: 'project', description: 'What workflows belong to' },
					{ name: 'Task', value: 'task', description: 'One step of a job, with its own output' },
					{ name: 'Visualization', value: 'visualization', description: 'An index of an area of interest, as a picture' },
					{ name: 'Workflow', value: 'workflow', description: 'An analysis, as built in Aurora' },
				],
				default: 'task',
			},
			taskOperations,
			jobOperations,
			workflowOperations,
			projectOperations,
			aoiOperations,
			assetOperations,
			insightOperations,
			imageOperations,
			visualizationOperations,
			packageOperations,
			...taskFields,
			...jobFields,
			...workflowFields,
			...projectFields,
			...aoiFields,
			...assetFields,
			...insightFields,
			...imageFields,
			...visualizationFields,
			...packageFields,
			...downloadFields,
		],
	};

	methods = {
		listSearch: {
			searchAreas,
			searchAssets,
			searchImages,
			searchInsights,
			searchJobs,
			searchProjects,
			searchTasks,
			searchVisualizations,
			searchWorkflows,
		},
	};
}
