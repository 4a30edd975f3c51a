import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { Failure } from '../errors/Failure';
import type { PixxelClient } from './PixxelClient';
import { isObject, listIn, NOT_AS_DOCUMENTED, timeOf } from './readAnswer';

/** The page size that the API itself uses for workflows where none is given. */
export const PAGE_SIZE = 50;

/** More pages than any workspace fills. A server that finds something for each of them makes it up. */
const MAX_PAGES = 1_000;

/** Yields a list's entries, asking for its next page only when somebody wants more. */
export type Pages = AsyncGenerator<IDataObject>;

/** The entries of a page that no page before it had. One without an ID is taken for a new one. */
function unseen(page: IDataObject[], seen: Set<unknown>): IDataObject[] {
	const fresh = page.filter((entry) => !seen.has(entry.id ?? entry));
	for (const entry of fresh) seen.add(entry.id ?? entry);
	return fresh;
}

function endlessList(what: string): Failure {
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
 * Whether a page of workflows is the last one.
 *
 * @param got entries on it, of `limit` that were asked for
 * @param next offset of what would follow
 */
export function isLast(body: unknown, got: number, limit: number, next: number): boolean {
	if (got === 0) return true;
	const total = totalOf(body);
	return total === undefined ? got < limit : next >= total;
}

/**
 * Workflows, by offset: `GET /v0/workflows`.
 *
 * @throws Failure where a server that says that there are more brings the same ones again
 */
export async function* workflows(
	pixxel: PixxelClient,
	request: IHttpRequestOptions,
	wanted = Infinity,
): Pages {
	const seen = new Set<unknown>();
	let offset = 0;
	for (let pageNumber = 0; pageNumber < MAX_PAGES; pageNumber++) {
		// More than are missing, after the first page: what is created meanwhile moves on to it what was there before.
		const limit = pageNumber === 0 ? Math.min(PAGE_SIZE, wanted) : PAGE_SIZE;
		const body = await pixxel.call({ ...request, qs: { ...request.qs, offset, limit } });
		const page = listIn(body, 'workflows');
		const fresh = unseen(page, seen);
		yield* fresh;
		offset += page.length;
		const askedInVain = page.length > 0 && fresh.length === 0;
		if (askedInVain && seen.size < (totalOf(body) ?? 0)) break;
		if (askedInVain || seen.size >= wanted || isLast(body, page.length, limit, offset)) return;
	}
	throw endlessList('workflows');
}

/**
 * Projects: `GET /v0/projects`. The documentation does not say whether its `page_num` counts from 0 or from
 * 1, so the first page is asked for without a number, and a page that brings nothing new is passed over.
 *
 * @throws Failure where an answer is no list of projects, or the list has no end
 */
export async function* projects(pixxel: PixxelClient, request: IHttpRequestOptions): Pages {
	const seen = new Set<unknown>();
	for (let pageNumber = 0; pageNumber < MAX_PAGES; pageNumber++) {
		const qs = { page_size: PAGE_SIZE, ...(pageNumber > 0 && { page_num: pageNumber }) };
		const body = await pixxel.call({ ...request, qs });
		const page = listIn(body, 'projects');
		const fresh = unseen(page, seen);
		yield* fresh;
		if (page.length === 0 || (fresh.length === 0 && pageNumber > 1)) return;
		// Nor does it say whether `count` is that of all projects or of this page. So only a page that is not
		// full is the last one, unless there must be more.
		const { count } = body as IDataObject;
		const more = typeof count === 'number' && count > seen.size;
		if (page.length < PAGE_SIZE && !more) return;
	}
	throw endlessList('projects');
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
export async function takeFirst(pages: Pages, limit: number): Promise<IDataObject[]> {
	const found: IDataObject[] = [];
	if (limit <= 0) return found;
	for await (const entry of pages) {
		found.push(entry);
		if (found.length >= limit) break;
	}
	return found;
}
