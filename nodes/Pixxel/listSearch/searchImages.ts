import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { images } from '../api/lists/images';
import { isObject } from '../api/readAnswer';
import { dayOf } from '../item/parameters/dates';
import { entry, fillList, firstMatches } from './fillList';

const NOTHING: [string, string] = [
	'There is no image in the catalog that this key may see',
	'The catalog has the images that were ordered, once they are delivered. Check that the credential is the one of the right workspace.',
];

/** Fills the list of images in the catalog. */
export async function searchImages(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	return await fillList(this, filter, NOTHING, async (pixxel) => {
		const all = images(pixxel, { url: '/v0/catalogs/search', method: 'POST' });
		return { results: await firstMatches(all, asEntry, filter) };
	});
}

/** As the STAC item calls the image, with the day on which it was taken. */
function asEntry({ id, details, created_at: createdAt, delivery_status: status }: IDataObject) {
	const item = isObject(details) ? details : {};
	const taken = isObject(item.properties) ? dayOf(item.properties.datetime) : undefined;
	return entry(id, item.id, taken ?? dayOf(createdAt), status);
}
