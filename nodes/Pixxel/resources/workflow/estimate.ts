import type { INodePropertyOptions } from 'n8n-workflow';
import { idSegment } from '../../item/parameters/ids';
import { getOne } from '../../item/getOne';

export const workflowEstimate: INodePropertyOptions = {
	name: 'Get Cost Estimate',
	value: 'estimate',
	action: 'Get cost estimate of workflow',
	description: 'Get the number of credits that running a workflow would cost',
	routing: {
		request: { method: 'GET', url: `=/v0/workflows/${idSegment('workflowId')}/estimate` },
		send: { paginate: true },
		operations: { pagination: getOne(['workflowId'], 'an estimate') },
	},
};
