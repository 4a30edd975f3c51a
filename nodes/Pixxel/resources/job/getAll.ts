import type { INodePropertyOptions } from 'n8n-workflow';
import { jobs } from '../../api/lists/jobs';
import { shapeJob } from '../../job/simplifyJob';
import { idSegment } from '../../item/parameters/ids';
import { getMany } from '../../item/getMany';

export const jobGetAll: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many jobs',
	description: 'List the runs of a workflow, newest first',
	routing: {
		request: { method: 'GET', url: `=/v0/workflows/${idSegment('workflowId')}/jobs` },
		send: { paginate: true },
		operations: {
			pagination: getMany(
				['workflowId'],
				{ status: 'text', created_by: 'text', created_on: 'date' },
				jobs,
				shapeJob,
			),
		},
	},
};
