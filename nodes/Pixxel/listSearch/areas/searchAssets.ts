import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { assets } from '../../api/lists/areas';
import { dayOf } from '../../item/parameters/dates';
import { entry, fillList, firstMatches, requireSelection } from '../fillList';

const NOTHING: [string, string] = ['This area of interest has no assets yet', 'Assets are made in Aurora: mosaics, images, visualizations.'];

/** Fills the list of assets of the area of interest that is picked above. */
export async function searchAssets(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	return await fillList(this, filter, NOTHING, async (pixxel) => {
		const aoiId = requireSelection(this, 'aoiId');
		const all = assets(pixxel, { url: `/v0/aois/${encodeURIComponent(aoiId)}/assets`, method: 'GET' });
		return { results: await firstMatches(all, asEntry, filter) };
	});
}

const asEntry = ({ id, name, asset_type: type, date, status }: IDataObject) => entry(id, name || type, dayOf(date), status);
