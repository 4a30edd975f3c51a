import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { Failure } from '../../errors/Failure';

/** @returns the names in a text, separated by commas or line breaks, or in a list; undefined where the value is neither */
export function namesIn(value: unknown): string[] | undefined {
	const given: unknown = typeof value === 'string' ? value.split(/[,\n]/) : typeof value === 'number' ? [value] : value;
	if (!Array.isArray(given) || !given.every((name) => typeof name === 'string' || typeof name === 'number')) return undefined;
	return given.map((name) => String(name).trim()).filter((name) => name !== '');
}

/**
 * Names in a field, separated by commas or line breaks; an expression may give a list.
 *
 * @returns undefined where the field is empty
 * @throws Failure that names the field where it holds anything else
 */
export function readNames(context: IExecuteSingleFunctions, parameter: string, label: string): string[] | undefined {
	const names = namesIn(context.getNodeParameter(parameter, ''));
	if (!names) {
		throw new Failure(`"${label}" is neither text nor a list`, 'Give names separated by commas, or clear the field. If they come from an expression, that found nothing for this item.');
	}
	return names.length > 0 ? names : undefined;
}
