import type { INodePropertyOptions } from 'n8n-workflow';
import { downloadPackage } from '../../download/downloadPackage';
import { idSegment } from '../../item/ids';

export const jobDownload: INodePropertyOptions = {
	name: 'Download',
	value: 'download',
	action: 'Download job',
	description: 'Get the output of all tasks of a job: their package, the files in it, a list of them, or a link',
	routing: {
		request: {
			method: 'PUT',
			url: `=/v0/workflows/${idSegment('workflowId')}/jobs/${idSegment('jobId')}/download`,
		},
		send: { paginate: true },
		operations: { pagination: downloadPackage(['workflowId', 'jobId']) },
	},
};
