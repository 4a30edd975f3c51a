import type { INodePropertyOptions } from 'n8n-workflow';
import { jobAsChosen } from '../../job/simplifyJob';
import { idSegment } from '../../item/ids';
import { oneAnswer } from '../../item/oneAnswer';

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
		operations: { pagination: oneAnswer(['workflowId', 'jobId'], 'a job', jobAsChosen) },
	},
};
