import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { Failure } from '../errors/Failure';
import { isExpression } from './isExpression';

/** What a filter may hold. `date`: only the day of it is sent, which is all the documentation speaks of. */
export type FilterKinds = Record<string, 'text' | 'date' | 'id'>;

const LABELS: Record<string, string> = {
	created_by: 'Created By',
	created_on: 'Created On',
	name: 'Name',
	project_id: 'Project',
	status: 'Status',
	updated_at: 'Updated At',
};

/** A date from the editor, from an expression's text, or a date object of JavaScript's or Luxon's. */
function dayOf(value: unknown): string | undefined {
	const text = typeof value === 'object' && value !== null && 'toJSON' in value ? JSON.parse(JSON.stringify(value)) : value;
	if (typeof text !== 'string') return undefined;
	const day = /^\s*(\d{4}-\d{2}-\d{2})(?:$|[T\s])/.exec(text)?.[1];
	// "2026-02-30" parses, as the 2nd of March.
	const exists = day !== undefined && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
	return exists ? day : undefined;
}

/**
 * The node's Filters as query parameters, named as in the API. Empty ones are left out; also those whose expression gives an empty text, which
 * is how an item, or an agent, leaves a filter out.
 *
 * @throws Failure that names the filter where it holds what it cannot
 */
export function readFilters(context: IExecuteSingleFunctions, kinds: FilterKinds): IDataObject {
	const query: IDataObject = {};
	for (const [name, kind] of Object.entries(kinds)) {
		const value: unknown = context.getNodeParameter(`filters.${name}`, '', { extractValue: kind === 'id' });
		const label = LABELS[name] ?? name;
		if (value === '') continue;
		if (value === null || value === undefined || (typeof value === 'string' && value.trim() === '')) {
			if (!isExpression(context.getNodeParameter(`filters.${name}`, '', { rawExpressions: true }))) continue;
			// Without the filter, everything would be listed, for a slip in an expression.
			throw new Failure(
				`The expression in the filter "${label}" found nothing for this item`,
				'Point it at a field that each item has, or clear the filter. Where items may do without it, let the expression give an empty text, e.g. {{ $json.status ?? "" }}.',
			);
		}
		if (kind === 'date') {
			const day = dayOf(value);
			if (day === undefined) {
				throw new Failure(`The filter "${label}" is not a date`, 'Give a day as in 2026-01-31, or clear it.');
			}
			query[name] = day;
		} else if (typeof value === 'string' || typeof value === 'number') {
			query[name] = String(value).trim();
		} else {
			throw new Failure(`The filter "${label}" is neither text nor a number`, 'Check its expression, or clear it.');
		}
	}
	return query;
}
