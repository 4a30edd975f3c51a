import { offsetPages } from './paging';

/** Workflows: `GET /v0/workflows`. */
export const workflows = offsetPages({ key: 'workflows', what: 'workflows' });
