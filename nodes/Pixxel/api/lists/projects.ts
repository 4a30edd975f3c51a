import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import type { PixxelClient } from '../PixxelClient';
import { listIn } from '../readAnswer';
import { endlessList, MAX_PAGES, PAGE_SIZE, type Pages, unseen } from './paging';

/**
 * Projects: `GET /v0/projects`. Undocumented: whether its `page_num` counts from 0 or from 1. So the first page is asked for without a
 * number, and a page that brings nothing new is passed over.
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
		// Undocumented: whether `count` is that of all projects or of this page. So only a page that is not
		// full is the last one, unless there must be more.
		const { count } = body as IDataObject;
		const more = typeof count === 'number' && count > seen.size;
		if (page.length < PAGE_SIZE && !more) return;
	}
	throw endlessList('projects');
}
