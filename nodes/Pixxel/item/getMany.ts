import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { takeFirst, type Pages } from '../api/lists/paging';
import type { PixxelClient } from '../api/PixxelClient';
import { Failure } from '../errors/Failure';
import { type FilterKinds, readFilters } from './parameters/filters';
import { type IdField, requireIds } from './parameters/ids';
import { type ItemRun, perItem } from './perItem';
import { readBoolean } from './parameters/settings';

function readLimit(context: IExecuteSingleFunctions): number {
	if (readBoolean(context, 'returnAll', false)) return Infinity;
	const limit: unknown = context.getNodeParameter('limit', 50);
	const number = typeof limit === 'string' && limit.trim() !== '' ? Number(limit) : limit;
	if (typeof number === 'number' && Number.isInteger(number) && number >= 1) return number;
	throw new Failure('"Limit" must be a whole number, 1 or more', 'Correct it, or turn on "Return All".');
}

/**
 * An operation that lists things: one item for each.
 *
 * @param filters the entries of the node's Filters, and what each may hold
 * @param pages asks for the list, page by page
 * @param where the filters are sent: in the query, lists joined by commas, or as the request's body
 */
export function getMany(
	ids: IdField[],
	filters: FilterKinds,
	pages: (pixxel: PixxelClient, request: ItemRun['request'], wanted: number) => Pages,
	shape: (entry: IDataObject, context: IExecuteSingleFunctions) => IDataObject = (entry) => entry,
	where: 'qs' | 'body' = 'qs',
) {
	return perItem(
		(context) => {
			requireIds(context, ids);
			readLimit(context);
			readFilters(context, filters);
			// `shape` goes by it, where an operation has it, but only after the call.
			readBoolean(context, 'simplify', true);
		},
		async ({ context, pixxel, request }) => {
			const limit = readLimit(context);
			const given = readFilters(context, filters);
			const sent = where === 'body' ? given : Object.fromEntries(Object.entries(given).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]));
			const entries = await takeFirst(pages(pixxel, { ...request, [where]: sent }, limit), limit);
			return entries.map((entry) => ({ json: shape(entry, context) }));
		},
	);
}
