import type { INodePropertyOptions } from 'n8n-workflow';
import { jobs } from '../../api/lists';
import { jobAsChosen } from '../../job/simplifyJob';
import { idSegment } from '../../item/ids';
import { manyAnswers } from '../../item/manyAnswers';

export const jobGetAll: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many jobs',
	description: 'List the runs of a workflow, newest first',
	routing: {
		request: { method: 'GET', url: `=/v0/workflows/${idSegment('workflowId')}/jobs` },
		send: { paginate: true },
		operations: {
			pagination: manyAnswers(
				['workflowId'],
				{ status: 'text', created_by: 'text', created_on: 'date' },
				jobs,
				jobAsChosen,
			),
		},
	},
};
