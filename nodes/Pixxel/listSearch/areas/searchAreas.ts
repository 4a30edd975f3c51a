import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { areas } from '../../api/lists/areas';
import { entry, fillList, firstMatches } from '../fillList';

const NOTHING: [string, string] = [
	'There is no area of interest that this key may see',
	'Check that the credential is the one of the right workspace, and what its key may see in Aurora.',
];

/** Fills the list of areas of interest. Their names are searched here: the API's own search may want whole names. */
export async function searchAreas(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	return await fillList(this, filter, NOTHING, async (pixxel) => {
		const all = areas(pixxel, { url: '/v0/aois', method: 'GET' });
		return { results: await firstMatches(all, asEntry, filter) };
	});
}

const asEntry = ({ aoi_id: id, name, status }: IDataObject) => entry(id, name, status !== 'success' && status);
