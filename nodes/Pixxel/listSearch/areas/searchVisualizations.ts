import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { indices, visualizations } from '../../api/lists/areas';
import { takeFirst } from '../../api/lists/paging';
import type { PixxelClient } from '../../api/PixxelClient';
import { dayOf } from '../../item/parameters/dates';
import { entry, fillList, firstMatches, requireSelection } from '../fillList';

const NOTHING: [string, string] = ['This area of interest has no visualizations yet', 'A visualization shows an index of the area of interest. They are made in Aurora.'];

/** Fills the list of visualizations of the area of interest that is picked above, each by the name of its index: it has none of its own. */
export async function searchVisualizations(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	return await fillList(this, filter, NOTHING, async (pixxel) => {
		const aoiId = requireSelection(this, 'aoiId');
		const names = await indexNames(pixxel);
		const asEntry = ({ id, index_id: indexId, created_at: createdAt, status }: IDataObject) =>
			entry(id, names.get(indexId), status !== 'success' && status, dayOf(createdAt));
		const all = visualizations(pixxel, { url: `/v0/aois/${encodeURIComponent(aoiId)}/visualizations`, method: 'GET' });
		return { results: await firstMatches(all, asEntry, filter) };
	});
}

/** Names of indices by their IDs. Without them, the list is still one to pick from. */
async function indexNames(pixxel: PixxelClient): Promise<Map<unknown, unknown>> {
	const all = await takeFirst(indices(pixxel, { url: '/v0/indices', method: 'GET' }), Infinity).catch(() => []);
	return new Map(all.map(({ id, name }) => [id, name]));
}
