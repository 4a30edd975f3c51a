import { badRequest, notFound } from '../../exchange.mts';
import type { Image } from '../../world/catalog.mts';
import { type Asked, pageOf } from '../asked.mts';
import { isWanted, sorted } from './catalogFilter.mts';
import { createDownload, findDownload, imageWords, lookAt } from './packages.mts';

export function searchCatalog({ sandbox, body }: Asked) {
	const found = [...sandbox.world.images.values()].filter((image) => isWanted(image, body));
	return pageOf('catalogs', sorted(found, body.sort_by).map(({ catalog }) => catalog), body);
}

export function getImage({ sandbox, ids: { id = '' } }: Asked) {
	const image = sandbox.world.images.get(id);
	if (image === undefined) throw notFound('catalog', id);
	return image.catalog;
}

export function createImageDownload(asked: Asked) {
	const { catalog_ids: ids, order_item_ids: items = [] } = asked.body as { catalog_ids?: string[]; order_item_ids?: string[] };
	const images = [...asked.sandbox.world.images.values()];
	const find = (what: string, wanted: string, fits: (image: Image) => boolean) => {
		const found = images.find(fits);
		if (found === undefined) throw notFound(what, wanted);
		return found.catalog.id;
	};
	const wanted = ids?.map((id) => find('catalog', id, ({ catalog }) => catalog.id === id))
		?? items.map((id) => find('order item', id, ({ orderItemId }) => orderItemId === id));
	if (wanted.length === 0) throw badRequest('at least one catalog or order item is needed', {});
	const { download, ...progress } = createDownload(asked, wanted, imageWords);
	return { id: download.id, ...progress };
}

export function getImageDownload(asked: Asked) {
	const download = findDownload(asked);
	return { id: download.id, ...lookAt(asked, download, imageWords) };
}
