import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { isObject } from '../../api/readAnswer';
import type { IdField } from './ids';

/** What a list shows of one of its entries, apart from each other: "Tailings surface map · completed". */
export function selectedFacts(context: IExecuteSingleFunctions, field: IdField): string[] {
	const locator: unknown = context.getNodeParameter(field, '');
	const shown = isObject(locator) && locator.mode === 'list' ? locator.cachedResultName : undefined;
	const facts = typeof shown === 'string' ? shown.split(' · ') : [];
	const id = String(context.getNodeParameter(field, '', { extractValue: true })).trim();
	// By which the list tells entries of one name apart.
	if (facts.length > 1 && facts.at(-1) === id.slice(0, 8)) facts.pop();
	return facts;
}

/** The name of what was picked from a list; undefined where it was given by its ID. */
export function selectedName(context: IExecuteSingleFunctions, field: IdField): string | undefined {
	return selectedFacts(context, field)[0]?.trim() || undefined;
}
