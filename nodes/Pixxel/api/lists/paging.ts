import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { Failure } from '../../errors/Failure';
import type { PixxelClient } from '../PixxelClient';
import type { RetryPolicy } from '../retryPolicy';
import { isObject, listIn, NOT_AS_DOCUMENTED } from '../readAnswer';

/** Asked for in each list: what the API itself takes where nothing is said is 50 for workflows, 10 for areas, 2 for images. */
export const PAGE_SIZE = 50;

/** More pages than any workspace fills. A server that finds something for each of them makes it up. */
export const MAX_PAGES = 1_000;

/** Yields a list's entries, asking for its next page only when somebody wants more. */
export type Pages = AsyncGenerator<IDataObject>;

export const idOf = ({ id }: IDataObject): unknown => id;

/** The entries of a page that no page before it had. One without an ID is taken for a new one. */
export function unseen(page: IDataObject[], seen: Set<unknown>, key = idOf): IDataObject[] {
	const fresh = page.filter((entry) => !seen.has(key(entry) ?? entry));
	for (const entry of fresh) seen.add(key(entry) ?? entry);
	return fresh;
}

export function endlessList(what: string): Failure {
	return new Failure(`Pixxel's list of ${what} cannot be read to its end`, NOT_AS_DOCUMENTED);
}

/** How many entries there are on all pages; undefined where the answer does not say. */
function totalOf(body: unknown): number | undefined {
	const { pagination } = body as { pagination?: unknown };
	const total = isObject(pagination) ? pagination.total : undefined;
	// 0 beside a page with entries is a server that does not count.
	return typeof total === 'number' && total > 0 ? total : undefined;
}

/**
 * Whether a page of a list by offset is the last one.
 *
 * @param got entries on it, of `limit` that were asked for
 * @param next offset of what would follow
 */
export function isLast(body: unknown, got: number, limit: number, next: number): boolean {
	if (got === 0) return true;
	const total = totalOf(body);
	return total === undefined ? got < limit : next >= total;
}

/** A list by offset. */
export interface OffsetList {
	/** What the answer calls it. */
	key: string;
	/** What messages call its entries. */
	what: string;
	/** What tells its entries apart. Default: `id`. */
	idOf?: (entry: IDataObject) => unknown;
	/** The request for one page. Default: `offset` and `limit` in the query. */
	pageOf?: (request: IHttpRequestOptions, page: { offset: number; limit: number }) => IHttpRequestOptions;
}

const inQuery: NonNullable<OffsetList['pageOf']> = (request, page) => ({ ...request, qs: { ...request.qs, ...page } });

/**
 * Entries of a list, page by page.
 *
 * @throws Failure where a server that says that there are more brings the same ones again
 */
export function offsetPages({ key, what, idOf: entryId = idOf, pageOf = inQuery }: OffsetList) {
	return async function* (pixxel: PixxelClient, request: IHttpRequestOptions, wanted = Infinity, policy?: RetryPolicy): Pages {
		const seen = new Set<unknown>();
		let offset = 0;
		for (let pageNumber = 0; pageNumber < MAX_PAGES; pageNumber++) {
			// More than are missing, after the first page: what is created meanwhile moves on to it what was there before.
			const limit = pageNumber === 0 ? Math.min(PAGE_SIZE, wanted) : PAGE_SIZE;
			const body = await pixxel.call(pageOf(request, { offset, limit }), policy);
			const page = listIn(body, key);
			const fresh = unseen(page, seen, entryId);
			yield* fresh;
			offset += page.length;
			const askedInVain = page.length > 0 && fresh.length === 0;
			if (askedInVain && seen.size < (totalOf(body) ?? 0)) break;
			if (askedInVain || seen.size >= wanted || isLast(body, page.length, limit, offset)) return;
		}
		throw endlessList(what);
	};
}

/** The first entries of a list, at most `limit` of them. */
export async function takeFirst(pages: Pages, limit: number): Promise<IDataObject[]> {
	const found: IDataObject[] = [];
	if (limit <= 0) return found;
	for await (const entry of pages) {
		found.push(entry);
		if (found.length >= limit) break;
	}
	return found;
}
