/** What a query parameter may hold. */
export type ParameterKind = 'text' | 'date' | 'count';

export type CallName =
	| 'ping'
	| 'listProjects'
	| 'getProject'
	| 'listWorkflows'
	| 'getWorkflow'
	| 'estimateWorkflow'
	| 'listJobs'
	| 'createJob'
	| 'getJob'
	| 'downloadJob'
	| 'downloadTask';

export interface DocumentedCall {
	name: CallName;
	method: 'GET' | 'POST' | 'PUT';
	/** Segments in braces take any one segment. */
	path: string;
	query?: Record<string, ParameterKind>;
	/** Query parameters the call insists on. */
	required?: string[];
	/** Whether the call works without a key. */
	open?: true;
}

/** Every call the sandbox knows, with every query parameter the documentation names for it. */
export const documentedCalls: DocumentedCall[] = [
	{ name: 'ping', method: 'GET', path: '/ping', open: true },
	{ name: 'listProjects', method: 'GET', path: '/v0/projects', query: { page_num: 'count', page_size: 'count' } },
	{ name: 'getProject', method: 'GET', path: '/v0/projects/{project}' },
	{
		name: 'listWorkflows',
		method: 'GET',
		path: '/v0/workflows',
		query: {
			project_id: 'text',
			id: 'text',
			name: 'text',
			created_by: 'text',
			created_on: 'date',
			updated_at: 'date',
			offset: 'count',
			limit: 'count',
		},
	},
	{
		name: 'getWorkflow',
		method: 'GET',
		path: '/v0/workflows/{workflow}',
		query: { project_id: 'text' },
		required: ['project_id'],
	},
	{ name: 'estimateWorkflow', method: 'GET', path: '/v0/workflows/{workflow}/estimate' },
	{
		name: 'listJobs',
		method: 'GET',
		path: '/v0/workflows/{workflow}/jobs',
		query: { id: 'text', status: 'text', created_by: 'text', created_on: 'date' },
	},
	{
		name: 'createJob',
		method: 'POST',
		path: '/v0/workflows/{workflow}/jobs',
		query: { project_id: 'text' },
		required: ['project_id'],
	},
	{ name: 'getJob', method: 'GET', path: '/v0/workflows/{workflow}/jobs/{job}' },
	{ name: 'downloadJob', method: 'PUT', path: '/v0/workflows/{workflow}/jobs/{job}/download' },
	{ name: 'downloadTask', method: 'PUT', path: '/v0/workflows/{workflow}/jobs/{job}/tasks/{task}/download' },
];
