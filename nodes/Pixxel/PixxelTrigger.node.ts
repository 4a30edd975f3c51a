import {
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { locator } from './fields/locators';
import { searchAreas } from './listSearch/areas/searchAreas';
import { searchWorkflows } from './listSearch/searchWorkflows';
import { asNodeError } from './item/asNodeError';
import { pollEvents } from './trigger/pollEvents';

export class PixxelTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Pixxel Trigger',
		name: 'pixxelTrigger',
		icon: { light: 'file:pixxel.svg', dark: 'file:pixxel.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter.event === "imageDelivered" ? "Image delivered" : ($parameter.event === "insightFinished" ? "Insight " : "Job ") + { any: "finished", succeeded: "succeeded", failed: "failed" }[$parameter.outcome] }}',
		// n8n shows the trigger and the node as one entry, with this text for both.
		description: 'Get the results of hyperspectral satellite analyses from Pixxel Aurora',
		defaults: { name: 'Pixxel Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'pixxelApi', required: true }],
		properties: [
			{
				displayName: 'Event',
				name: 'event',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Image Delivered', value: 'imageDelivered', description: 'When an image is new in the catalog' },
					{
						name: 'Insight Finished',
						value: 'insightFinished',
						description: 'When a model that was run on an area of interest has ended; comes with what it has found',
					},
					{
						name: 'Job Finished',
						value: 'jobFinished',
						description: 'When a run of an Aurora workflow has ended; comes with its tasks',
					},
				],
				default: 'jobFinished',
			},
			locator('workflowId', { event: ['jobFinished'] }, 'The workflow in Aurora whose runs to wait for'),
			locator('aoiId', { event: ['insightFinished'] }, 'The area of interest whose insights to wait for'),
			{
				displayName: 'Outcome',
				name: 'outcome',
				type: 'options',
				options: [
					{ name: 'Any', value: 'any', description: 'Whatever the outcome' },
					{ name: 'Failed', value: 'failed', description: 'Only what failed or was cancelled' },
					{ name: 'Succeeded', value: 'succeeded', description: 'Only what succeeded, also in part' },
				],
				default: 'succeeded',
				description: 'Which outcomes start this n8n workflow',
				displayOptions: { show: { event: ['jobFinished', 'insightFinished'] } },
			},
		],
	};

	methods = { listSearch: { searchAreas, searchWorkflows } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		try {
			return await pollEvents(this);
		} catch (error) {
			throw asNodeError(this.getNode(), error);
		}
	}
}
