import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { readBoolean } from './parameters/settings';

/** Some fields of an object, as far as it has them, in this order. */
export function pick(source: IDataObject, fields: string[]): IDataObject {
	return Object.fromEntries(fields.filter((field) => field in source).map((field) => [field, source[field]]));
}

/** An answer as the user wants it: these fields of it, or all. */
export function simplified(fields: string[]) {
	return (answer: IDataObject, context: IExecuteSingleFunctions): IDataObject => (readBoolean(context, 'simplify', true) ? pick(answer, fields) : answer);
}
