import type { INodePropertyOptions } from 'n8n-workflow';
import { downloadPackage } from '../../download/downloadPackage';
import { idSegment } from '../../item/ids';

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
		operations: { pagination: downloadPackage(['workflowId', 'jobId', 'taskId']) },
	},
};
