import { type GenericValue, type IDataObject, type IExecuteSingleFunctions, jsonParse } from 'n8n-workflow';
import { Failure } from '../../errors/Failure';
import { dayOf } from './dates';
import { isExpression } from './isExpression';
import { namesIn } from './names';

/**
 * What a filter may hold. `date`: only the day of it is sent, which is all the documentation speaks of. `names`: several, separated by commas, or
 * a list; `numbers`: the same of numbers; `json`: anything that JSON can say.
 */
export type FilterKinds = Record<string, keyof typeof READERS>;

const LABELS: Record<string, string> = {
	aoi_id: 'ID',
	aoi_name: 'Name',
	bbox: 'Bounding Box',
	collections: 'Collections',
	created_at: 'Created At',
	created_by: 'Created By',
	created_on: 'Created On',
	datetime: 'Date and Time',
	expression_type: 'Expression Type',
	id: 'ID',
	ids: 'IDs',
	index_id: 'Index ID',
	intersects: 'Intersects',
	item_ids: 'Item IDs',
	name: 'Name',
	order_ids: 'Order IDs',
	order_item_ids: 'Order Item IDs',
	project_ids: 'Projects',
	query: 'Query',
	sort_by: 'Sort By',
	type: 'Type',
	user_id: 'User ID',
	visualization_id: 'Visualization ID',
	project_id: 'Project',
	status: 'Status',
	updated_at: 'Updated At',
};

type Reader = (value: unknown, label: string) => GenericValue;

function readDay(value: unknown, label: string): string {
	const day = dayOf(value);
	if (day === undefined) throw new Failure(`The filter "${label}" is not a date`, 'Give a day as in 2026-01-31, or clear it.');
	return day;
}

function readText(value: unknown, label: string): string {
	if (typeof value === 'string' || typeof value === 'number') return String(value).trim();
	throw new Failure(`The filter "${label}" is neither text nor a number`, 'Check its expression, or clear it.');
}

function readNames(value: unknown, label: string): string[] {
	const names = namesIn(value);
	if (names) return names;
	throw new Failure(`The filter "${label}" is neither text nor a list`, 'Give names separated by commas, or clear it.');
}

function readNumbers(value: unknown, label: string): number[] {
	const numbers = readNames(value, label).map(Number);
	if (numbers.every(Number.isFinite)) return numbers;
	throw new Failure(`The filter "${label}" is no list of numbers`, 'Give numbers separated by commas, or clear it.');
}

function readJson(value: unknown, label: string): GenericValue {
	if (typeof value !== 'string') return value as GenericValue;
	const parsed = jsonParse<GenericValue | null>(value, { fallbackValue: null });
	if (parsed === null) throw new Failure(`The filter "${label}" is no JSON`, 'Correct it, or clear it.');
	return parsed;
}

const READERS = { text: readText, id: readText, date: readDay, names: readNames, numbers: readNumbers, json: readJson } satisfies Record<string, Reader>;

/**
 * The node's Filters, named as in the API. Empty ones are left out; also those whose expression gives an empty text, which is how an item, or an
 * agent, leaves a filter out.
 *
 * @throws Failure that names the filter where it holds what it cannot
 */
export function readFilters(context: IExecuteSingleFunctions, kinds: FilterKinds): IDataObject {
	const filters: IDataObject = {};
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
		filters[name] = READERS[kind](value, label);
	}
	return filters;
}
