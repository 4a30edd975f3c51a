/**
 * The day of a date from the editor, from an expression's text, or of a date object of JavaScript's or Luxon's.
 *
 * @returns e.g. "2026-01-31"; undefined where it is none
 */
export function dayOf(value: unknown): string | undefined {
	const text = typeof value === 'object' && value !== null && 'toJSON' in value ? JSON.parse(JSON.stringify(value)) : value;
	if (typeof text !== 'string') return undefined;
	const day = /^\s*(\d{4}-\d{2}-\d{2})(?:$|[T\s])/.exec(text)?.[1];
	// "2026-02-30" parses, as the 2nd of March.
	const exists = day !== undefined && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
	return exists ? day : undefined;
}
