import type { INodePropertyOptions } from 'n8n-workflow';
import { createJob } from '../../job/createJob';
import { idSegment } from '../../item/parameters/ids';

export const jobCreate: INodePropertyOptions = {
	name: 'Create',
	value: 'create',
	action: 'Create job',
	description: 'Run an Aurora workflow. This costs credits, each time.',
	routing: {
		request: {
			method: 'POST',
			url: `=/v0/workflows/${idSegment('workflowId')}/jobs`,
			qs: { project_id: '={{ String($parameter.projectId ?? "").trim() }}' },
		},
		send: { paginate: true },
		operations: { pagination: createJob },
	},
};
