import { isObject } from '../readAnswer';
import { offsetPages } from './paging';

/** Images of the catalog: `POST /v0/catalogs/search`, which reads only, in spite of its method. */
export const images = offsetPages({
	key: 'catalogs',
	what: 'images',
	pageOf: (request, page) => ({ ...request, body: { ...(isObject(request.body) && request.body), ...page } }),
});
