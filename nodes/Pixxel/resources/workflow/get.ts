import type { INodePropertyOptions } from 'n8n-workflow';
import { idSegment } from '../../item/ids';
import { oneAnswer } from '../../item/oneAnswer';

export const workflowGet: INodePropertyOptions = {
	name: 'Get',
	value: 'get',
	action: 'Get workflow',
	description: 'Get one workflow with its specification and cost',
	routing: {
		request: {
			method: 'GET',
			url: `=/v0/workflows/${idSegment('workflowId')}`,
			qs: { project_id: '={{ String($parameter.projectId ?? "").trim() }}' },
		},
		send: { paginate: true },
		operations: { pagination: oneAnswer(['projectId', 'workflowId'], 'a workflow') },
	},
};
