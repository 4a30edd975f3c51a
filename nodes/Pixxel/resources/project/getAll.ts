import type { INodePropertyOptions } from 'n8n-workflow';
import { projects } from '../../api/lists/projects';
import { getMany } from '../../item/getMany';

export const projectGetAll: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many projects',
	description: 'List the projects that the key may see',
	routing: {
		request: { method: 'GET', url: '/v0/projects' },
		send: { paginate: true },
		operations: { pagination: getMany([], {}, projects) },
	},
};
