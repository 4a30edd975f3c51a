import type { INodePropertyOptions } from 'n8n-workflow';
import { shapeJob } from '../../job/simplifyJob';
import { idSegment } from '../../item/parameters/ids';
import { getOne } from '../../item/getOne';

export const jobGet: INodePropertyOptions = {
	name: 'Get',
	value: 'get',
	action: 'Get job',
	description: 'Get one run of a workflow, with its tasks',
	routing: {
		request: {
			method: 'GET',
			url: `=/v0/workflows/${idSegment('workflowId')}/jobs/${idSegment('jobId')}`,
		},
		send: { paginate: true },
		operations: { pagination: getOne(['workflowId', 'jobId'], 'a job', shapeJob) },
	},
};
