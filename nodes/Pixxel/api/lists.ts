import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import type { PixxelClient } from './PixxelClient';
import { isObject, listIn, timeOf } from './readAnswer';

/** The page size that the API itself uses for workflows where none is given. */
export const PAGE_SIZE = 50;

/** Yields a list's entries, asking for its next page only when somebody wants more. */
export type Pages = AsyncGenerator<IDataObject>;

/**
 * Whether a page of workflows is the last one.
 *
 * @param got entries on it, of `limit` that were asked for
 * @param next offset of what would follow
 */
export function isLast(body: unknown, got: number, limit: number, next: number): boolean {
	if (got === 0) return true;
	const { pagination } = body as { pagination?: unknown };
	const total = isObject(pagination) ? pagination.total : undefined;
	// 0 beside a page with entries is a server that does not count: then one that is not full is the last.
	return typeof total === 'number' && total > 0 ? next >= total : got < limit;
}

/** Workflows, by offset: `GET /v0/workflows`. */
export async function* workflows(
	pixxel: PixxelClient,
	request: IHttpRequestOptions,
	wanted = Infinity,
): Pages {
	for (let offset = 0; ; ) {
		const limit = Math.min(PAGE_SIZE, wanted - offset);
		const body = await pixxel.call({ ...request, qs: { ...request.qs, offset, limit } });
		const page = listIn(body, 'workflows');
		yield* page;
		offset += page.length;
		if (offset >= wanted || isLast(body, page.length, limit, offset)) return;
	}
}

/**
 * Projects: `GET /v0/projects`. The documentation does not say whether its `page_num` counts from 0 or from
 * 1, so the first page is asked for without a number, and a page that brings nothing new is passed over.
 */
export async function* projects(pixxel: PixxelClient, request: IHttpRequestOptions): Pages {
	const seen = new Set<unknown>();
	for (let pageNumber = 0; ; pageNumber++) {
		const qs = { page_size: PAGE_SIZE, ...(pageNumber > 0 && { page_num: pageNumber }) };
		const body = await pixxel.call({ ...request, qs });
		const page = listIn(body, 'projects');
		const fresh = page.filter(({ id }) => !seen.has(id));
		for (const { id } of fresh) seen.add(id);
		yield* fresh;
		if (page.length === 0 || (fresh.length === 0 && pageNumber > 1)) return;
		// Nor does it say whether `count` is that of all projects or of this page. So only a page that is not
		// full is the last one, unless there must be more.
		const { count } = body as IDataObject;
		const more = typeof count === 'number' && count > seen.size;
		if (page.length < PAGE_SIZE && !more) return;
	}
}

/**
 * Jobs of a workflow, newest first: `GET /v0/workflows/{id}/jobs`. The API knows no pages there, and
 * promises no order.
 */
export async function* jobs(pixxel: PixxelClient, request: IHttpRequestOptions): Pages {
	const all = listIn(await pixxel.call(request), 'jobs');
	yield* all.sort((a, b) => (timeOf(b.created_at) ?? 0) - (timeOf(a.created_at) ?? 0));
}

/** The first entries of a list, at most `limit` of them. */
export async function firstOf(pages: Pages, limit: number): Promise<IDataObject[]> {
	const found: IDataObject[] = [];
	if (limit <= 0) return found;
	for await (const entry of pages) {
		found.push(entry);
		if (found.length >= limit) break;
	}
	return found;
}
