import type {
	DeclarativeRestApiSettings,
	IBinaryKeyData,
	IDataObject,
	IExecutePaginationFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
} from 'n8n-workflow';
import { PixxelClient } from '../api/PixxelClient';
import { Cancelled, joinSentences } from '../errors/Failure';
import { asNodeError, asThrownError } from './asNodeError';
import { RunPool } from './RunPool';
import { readInteger } from './parameters/settings';

/** Unless the user says otherwise. The API documents no rate limit, so: few. */
export const DEFAULT_CONCURRENCY = 5;
/** More input items than this are never at work at once. */
export const MAX_CONCURRENCY = 32;

/** One input item at work. */
export interface ItemRun {
	context: IExecutePaginationFunctions;
	/** The request that the operation's description declares, filled in for this item. */
	request: IHttpRequestOptions;
	pixxel: PixxelClient;
	/** Aborts when nobody waits for the result any more. */
	signal: AbortSignal;
}

export interface ItemResult {
	json: IDataObject;
	binary?: IBinaryKeyData;
}

type PagingHook = (
	this: IExecutePaginationFunctions,
	request: DeclarativeRestApiSettings.ResultOptions,
) => Promise<INodeExecutionData[]>;

/**
 * Makes an operation's work into what n8n's declarative engine accepts under `operations.pagination`: the
 * one place where a declarative node may send a request more than once and look at what came back.
 *
 * Every operation goes this way, also those that send one request, because the engine itself keeps no bound
 * on concurrency, sets no `pairedItem`, and gives error items none either.
 *
 * @param check looks at the item's fields before anything is sent; throws Failure
 */
export function perItem(
	check: (context: IExecutePaginationFunctions) => void,
	work: (item: ItemRun) => Promise<ItemResult[]>,
): PagingHook {
	return async function (this, { options }) {
		const pairedItem = { item: this.getItemIndex() };
		let pool: RunPool | undefined;
		try {
			pool = RunPool.of(this);
			const { signal } = pool;
			const size = readInteger(this, 'maxConcurrency', DEFAULT_CONCURRENCY, 1, MAX_CONCURRENCY);
			check(this);
			const results = await pool.run(size, async () => {
				const pixxel = await PixxelClient.connect(this, signal);
				return await work({ context: this, request: options as IHttpRequestOptions, pixxel, signal });
			});
			return results.map((result) => ({ ...result, pairedItem }));
		} catch (error) {
			if (this.continueOnFail()) {
				const { message, description } = asNodeError(this.getNode(), error, pairedItem.item);
				// Of an item with an exception in it, n8n keeps the exception's message and nothing else. It knows these
				// two fields as an error item as well, in all releases: no others, and no third.
				const json = { error: message, message: description ? joinSentences(message, description) : message };
				return [{ json, pairedItem }];
			}
			// The engine waits for all items before it reports, so the others end with this one. What they
			// return is never seen; were it an error, n8n would show the first item's instead of the culprit's.
			if (error instanceof Cancelled && !this.getExecutionCancelSignal()?.aborted) return [];
			pool?.abort();
			throw asThrownError(this.getNode(), error, pairedItem.item);
		}
	};
}
