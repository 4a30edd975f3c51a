import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { insights } from '../../api/lists/insights';
import { dayOf } from '../../item/parameters/dates';
import { entry, fillList, firstMatches, requireSelection } from '../fillList';

const NOTHING: [string, string] = ['This area of interest has no insights yet', 'An insight is a model that was run on the area of interest, in Aurora.'];

/** Fills the list of insights of the area of interest that is picked above, newest first. */
export async function searchInsights(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	return await fillList(this, filter, NOTHING, async (pixxel) => {
		const aoiId = requireSelection(this, 'aoiId');
		const all = insights(pixxel, { url: `/v0/aoi/${encodeURIComponent(aoiId)}/insights`, method: 'GET' });
		return { results: await firstMatches(all, asEntry, filter) };
	});
}

const asEntry = ({ id, name, created_at: createdAt, status }: IDataObject) => entry(id, name, dayOf(createdAt), status);
