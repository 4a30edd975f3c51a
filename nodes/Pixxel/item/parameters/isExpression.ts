import { isObject } from '../../api/readAnswer';

/** Whether a field, or what a locator holds, is written as an expression. @param raw as the workflow stores it */
export function isExpression(raw: unknown): boolean {
	const text = isObject(raw) ? raw.value : raw;
	return typeof text === 'string' && text.startsWith('=');
}
