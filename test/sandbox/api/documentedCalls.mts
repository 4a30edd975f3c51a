import { type Operation, operations } from '../openapi/description.mts';
import type { Answering } from './asked.mts';
import { createAssetDownload, findArea, getAssetDownload, listAreas, listAssets } from './calls/areas.mts';
import { createImageDownload, getImage, getImageDownload, searchCatalog } from './calls/catalog.mts';
import { downloadInsight, listInsights } from './calls/insights.mts';
import { drawPicture, listIndices, listVisualizations } from './calls/visualizations.mts';
import {
	createJob, downloadJob, downloadTask, estimateWorkflow, getJob, getProject, getWorkflow, listJobs, listProjects, listWorkflows,
} from './calls/workflows.mts';

/** A call: what Pixxel's description says of it (method, path, query, body, answers), and what answers it here. */
export interface DocumentedCall extends Operation {
	answer: Answering;
}

const answers: Record<string, Answering> = {
	'GET /ping': () => 'pong',
	'GET /v0/projects': listProjects,
	'GET /v0/projects/{id}': getProject,
	'GET /v0/workflows': listWorkflows,
	'GET /v0/workflows/{workflow_id}': getWorkflow,
	'GET /v0/workflows/{workflow_id}/estimate': estimateWorkflow,
	'GET /v0/workflows/{workflow_id}/jobs': listJobs,
	'POST /v0/workflows/{workflow_id}/jobs': createJob,
	'GET /v0/workflows/{workflow_id}/jobs/{job_id}': getJob,
	'PUT /v0/workflows/{workflow_id}/jobs/{job_id}/download': downloadJob,
	'PUT /v0/workflows/{workflow_id}/jobs/{job_id}/tasks/{task_id}/download': downloadTask,
	'GET /v0/aois': listAreas,
	'GET /v0/aoi/{aoi_id}': findArea,
	'GET /v0/aois/{aoi_id}/assets': listAssets,
	'POST /v0/aois/{aoi_id}/downloads': createAssetDownload,
	'GET /v0/aois/{aoi_id}/downloads/{download_id}': getAssetDownload,
	'GET /v0/aoi/{aoiId}/insights': listInsights,
	'PUT /v0/aoi/{aoi_id}/insights/{insight_id}/download': downloadInsight,
	'POST /v0/catalogs/search': searchCatalog,
	'GET /v0/catalogs/{id}': getImage,
	'POST /v0/catalogs/download': createImageDownload,
	'GET /v0/catalogs/download/{download_id}': getImageDownload,
	'GET /v0/aois/{aoi_id}/visualizations': listVisualizations,
	'POST /v0/aois/{aoi_id}/visualizations/{visualization_id}/png': drawPicture,
	'GET /v0/indices': listIndices,
};

/** Every call the sandbox knows, as Pixxel describes it. */
export const documentedCalls: DocumentedCall[] = Object.entries(answers).map(([name, answer]) => {
	const operation = operations.find((described) => described.name === name);
	if (operation === undefined) throw new Error(`${name} is not described in test/sandbox/openapi/stargate.json`);
	return { ...operation, answer };
});
