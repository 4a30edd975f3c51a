import type { INodePropertyOptions } from 'n8n-workflow';
import { downloadOperation } from '../../download/downloadOperation';
import { idSegment } from '../../item/parameters/ids';
import { jobPackage } from '../../packages/job';

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
		operations: { pagination: downloadOperation(jobPackage) },
	},
};
