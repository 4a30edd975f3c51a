import { offsetPages } from './paging';

/** Areas of interest: `GET /v0/aois`. */
export const areas = offsetPages({ key: 'aois', what: 'areas of interest', idOf: ({ aoi_id: id }) => id });

/** Assets of an area of interest: `GET /v0/aois/{id}/assets`. */
export const assets = offsetPages({ key: 'assets', what: 'assets' });

/** Visualizations of an area of interest: `GET /v0/aois/{id}/visualizations`, whose answer has them under a name in the singular. */
export const visualizations = offsetPages({ key: 'visualization', what: 'visualizations' });

/** Indices, which visualizations show: `GET /v0/indices`. */
export const indices = offsetPages({ key: 'indices', what: 'indices' });
