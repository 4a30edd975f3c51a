import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';
import { decodeJsonBytes } from '../../api/decodeJsonBytes';
import { idSegment } from '../../item/parameters/ids';
import { getOne } from '../../item/getOne';

const readable = (workflow: IDataObject): IDataObject =>
	'spec' in workflow ? { ...workflow, spec: decodeJsonBytes(workflow.spec) as IDataObject } : workflow;

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
		operations: { pagination: getOne(['projectId', 'workflowId'], 'a workflow', readable) },
	},
};
