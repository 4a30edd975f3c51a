import type { INodePropertyOptions } from 'n8n-workflow';
import { objectIn } from '../../api/readAnswer';
import { idSegment } from '../../item/parameters/ids';
import { getOne } from '../../item/getOne';

export const projectGet: INodePropertyOptions = {
	name: 'Get',
	value: 'get',
	action: 'Get project',
	description: 'Get one project',
	routing: {
		request: { method: 'GET', url: `=/v0/projects/${idSegment('projectId')}` },
		send: { paginate: true },
		operations: {
			// The API wraps this one: {"project": {...}}.
			pagination: getOne(['projectId'], 'a project', ({ project }) => objectIn(project, 'a project')),
		},
	},
};
