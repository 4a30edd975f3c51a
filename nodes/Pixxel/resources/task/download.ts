import type { INodePropertyOptions } from 'n8n-workflow';
import { downloadOperation } from '../../download/downloadOperation';
import { idSegment } from '../../item/parameters/ids';
import { taskPackage } from '../../packages/task';

export const taskDownload: INodePropertyOptions = {
	name: 'Download',
	value: 'download',
	action: 'Download task',
	description: "Get a task's output: its package, the files in it, a list of them, or a link",
	routing: {
		request: {
			method: 'PUT',
			url: `=/v0/workflows/${idSegment('workflowId')}/jobs/${idSegment('jobId')}/tasks/${idSegment('taskId')}/download`,
		},
		send: { paginate: true },
		operations: { pagination: downloadOperation(taskPackage) },
	},
};
