import {
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { locator } from './fields/locators';
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
		subtitle: '={{ { any: "Job finished", succeeded: "Job succeeded", failed: "Job failed" }[$parameter.outcome] }}',
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
					{
						name: 'Job Finished',
						value: 'jobFinished',
						description: 'When a run of a workflow has ended; comes with its tasks',
					},
				],
				default: 'jobFinished',
			},
			locator('workflowId', { event: ['jobFinished'] }, 'The workflow in Aurora whose runs to wait for'),
			{
				displayName: 'Outcome',
				name: 'outcome',
				type: 'options',
				options: [
					{ name: 'Any', value: 'any', description: 'However the job ended' },
					{ name: 'Failed', value: 'failed', description: 'Only jobs that failed or were cancelled' },
					{ name: 'Succeeded', value: 'succeeded', description: 'Only jobs that succeeded, also in part' },
				],
				default: 'succeeded',
				description: 'Which finished jobs start this n8n workflow',
			},
		],
	};

	methods = { listSearch: { searchWorkflows } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		try {
			return await pollEvents(this);
		} catch (error) {
			throw asNodeError(this.getNode(), error);
		}
	}
}
