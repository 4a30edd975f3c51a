import { wholeList } from './wholeList';

/** Insights of an area of interest, newest first: `GET /v0/aoi/{id}/insights`. */
export const insights = wholeList('insights');
