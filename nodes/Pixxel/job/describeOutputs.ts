import type { IDataObject } from 'n8n-workflow';
import { decodeJsonBytes } from '../api/decodeJsonBytes';
import { isObject } from '../api/readAnswer';
import { pick } from '../item/simplified';

const FIELDS = ['name', 'display_name', 'format', 'type', 'value', 'group'];

/** Where a file lies at Pixxel: nobody else can reach it. */
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * What a task or an insight has brought, as its typed descriptions say: numbers, texts and dates have their values, files none.
 *
 * @param result the list of descriptions, as JSON or as the bytes of JSON; Pixxel's description of its API calls it a list of bytes
 */
export function describeOutputs(result: unknown): IDataObject[] {
	const decoded = decodeJsonBytes(result);
	return (Array.isArray(decoded) ? (decoded as unknown[]) : []).filter(isObject).map((description) => {
		const { value, ...output } = pick(description, FIELDS);
		const isAddress = typeof value === 'string' && ADDRESS.test(value);
		return isAddress || value === undefined ? output : { ...output, value };
	});
}
