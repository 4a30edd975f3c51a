/** What a query parameter may hold. */
export type ParameterKind = 'text' | 'date' | 'count';

export interface DocumentedCall {
	method: 'GET' | 'POST' | 'PUT';
	/** Segments in braces take any one segment. */
	path: string;
	query?: Record<string, ParameterKind>;
	/** Query parameters the call insists on. */
	required?: string[];
	/** Whether the call works without a key. */
	open?: true;
}

const inProject = { query: { project_id: 'text' }, required: ['project_id'] } satisfies Partial<DocumentedCall>;
const made = { created_by: 'text', created_on: 'date' } as const;

/** Every call the sandbox knows, with every query parameter the documentation names for it. */
export const documentedCalls = {
	ping: { method: 'GET', path: '/ping', open: true },
	listProjects: { method: 'GET', path: '/v0/projects', query: { page_num: 'count', page_size: 'count' } },
	getProject: { method: 'GET', path: '/v0/projects/{project}' },
	listWorkflows: {
		method: 'GET',
		path: '/v0/workflows',
		query: { project_id: 'text', id: 'text', name: 'text', ...made, updated_at: 'date', offset: 'count', limit: 'count' },
	},
	getWorkflow: { method: 'GET', path: '/v0/workflows/{workflow}', ...inProject },
	estimateWorkflow: { method: 'GET', path: '/v0/workflows/{workflow}/estimate' },
	listJobs: { method: 'GET', path: '/v0/workflows/{workflow}/jobs', query: { id: 'text', status: 'text', ...made } },
	createJob: { method: 'POST', path: '/v0/workflows/{workflow}/jobs', ...inProject },
	getJob: { method: 'GET', path: '/v0/workflows/{workflow}/jobs/{job}' },
	downloadJob: { method: 'PUT', path: '/v0/workflows/{workflow}/jobs/{job}/download' },
	downloadTask: { method: 'PUT', path: '/v0/workflows/{workflow}/jobs/{job}/tasks/{task}/download' },
} satisfies Record<string, DocumentedCall>;

export type CallName = keyof typeof documentedCalls;
