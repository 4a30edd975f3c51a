import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { Failure } from '../errors/Failure';

/** The fields that hold an ID, as the editor labels them. */
const LABELS = { workflowId: 'Workflow', jobId: 'Job', taskId: 'Task', projectId: 'Project' };

export type IdField = keyof typeof LABELS;

/**
 * Checks the ID fields of one item before anything is sent: each holds text (or a number) that can be one
 * segment of a URL's path.
 *
 * @throws Failure that names the field
 */
export function requireIds(context: IExecuteSingleFunctions, fields: IdField[]): void {
	for (const field of fields) {
		// In a URL, n8n takes the ID out of the field's own locator, but not out of one that an expression in its place gives.
		const own = typeof context.getNodeParameter(field, '', { rawExpressions: true }) !== 'string';
		const id: unknown = context.getNodeParameter(field, '', { extractValue: own });
		const label = LABELS[field];
		if (id === null || id === undefined || String(id).trim() === '') {
			throw new Failure(
				`"${label}" is empty`,
				`Pick a ${label.toLowerCase()} from the list or give its ID. If it comes from an expression, that found nothing for this item.`,
			);
		}
		if (typeof id !== 'string' && typeof id !== 'number') {
			throw new Failure(
				`"${label}" is not an ID`,
				`The expression gave ${Array.isArray(id) ? 'a list' : `a value of type ${typeof id}`}. Point it at the ID itself, e.g. {{ $json.id }}.`,
			);
		}
		// Browsers and servers read these two as "here" and "one up", however they are written.
		if (/^\.{1,2}$/.test(String(id).trim()) || !String(id).isWellFormed()) {
			throw new Failure(`"${label}" is not an ID`, 'Pick it from the list, or copy it from Aurora.');
		}
	}
}

/**
 * The expression that writes an ID field into a URL: always one path segment, whatever the ID holds.
 */
export function idSegment(field: IdField): string {
	return `{{ encodeURIComponent(String($parameter.${field} ?? "").trim()) }}`;
}
