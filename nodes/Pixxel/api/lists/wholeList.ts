import type { IHttpRequestOptions } from 'n8n-workflow';
import type { PixxelClient } from '../PixxelClient';
import { listIn, timeOf } from '../readAnswer';
import type { RetryPolicy } from '../retryPolicy';
import type { Pages } from './paging';

/** A list that the API gives without pages, and without a promise of their order: here, newest first. */
export function wholeList(key: string) {
	return async function* (pixxel: PixxelClient, request: IHttpRequestOptions, wanted = Infinity, policy?: RetryPolicy): Pages {
		const all = listIn(await pixxel.call(request, policy), key);
		yield* all.sort((a, b) => (timeOf(b.created_at) ?? 0) - (timeOf(a.created_at) ?? 0)).slice(0, wanted);
	};
}
