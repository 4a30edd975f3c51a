import type { INodePropertyOptions } from 'n8n-workflow';
import { workflows } from '../../api/lists/workflows';
import { getMany } from '../../item/getMany';

export const workflowGetAll: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many workflows',
	description: 'List the workflows that the key may see',
	routing: {
		request: { method: 'GET', url: '/v0/workflows' },
		send: { paginate: true },
		operations: {
			pagination: getMany(
				[],
				{ name: 'text', created_by: 'text', created_on: 'date', updated_at: 'date', project_id: 'id' },
				workflows,
			),
		},
	},
};
