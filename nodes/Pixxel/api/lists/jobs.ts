import { wholeList } from './wholeList';

/** Jobs of a workflow, newest first: `GET /v0/workflows/{id}/jobs`. */
export const jobs = wholeList('jobs');
