import type { INodeProperties } from 'n8n-workflow';
import { taskDownload } from './download';

export const taskOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['task'] } },
	options: [taskDownload],
	default: 'download',
};
