import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { Failure } from '../../errors/Failure';

/** The fields that hold an ID, as the editor labels them. */
export const ID_LABELS = {
	workflowId: 'Workflow',
	jobId: 'Job',
	taskId: 'Task',
	projectId: 'Project',
	aoiId: 'Area of Interest',
	assetId: 'Asset',
	insightId: 'Insight',
	imageId: 'Image',
	visualizationId: 'Visualization',
};

export type IdField = keyof typeof ID_LABELS;

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
		const label = ID_LABELS[field];
		if (id === null || id === undefined || String(id).trim() === '') {
			throw new Failure(
				`"${label}" is empty`,
				`Pick ${withArticle(label)} from the list or give its ID. If it comes from an expression, that found nothing for this item.`,
			);
		}
		checkPathSegment(id, label);
	}
}

/** An ID field that has been checked. */
export function readId(context: IExecuteSingleFunctions, field: IdField): string {
	return String(context.getNodeParameter(field, '', { extractValue: true })).trim();
}

/**
 * An ID that the user may leave out.
 *
 * @returns undefined where the field is empty
 * @throws Failure, naming the field, where it cannot be one segment of a URL's path
 */
export function readPathSegment(context: IExecuteSingleFunctions, parameter: string, label: string): string | undefined {
	const id: unknown = context.getNodeParameter(parameter, '');
	if (id === '' || (typeof id === 'string' && id.trim() === '')) return undefined;
	checkPathSegment(id, label);
	return String(id).trim();
}

/** Whether a text, encoded, is one segment of a URL's path: browsers and servers read "." and ".." as "here" and "one up", however they are written. */
export const isPathSegment = (text: string) => !/^\.{0,2}$/.test(text.trim()) && text.isWellFormed();

function checkPathSegment(id: unknown, label: string): void {
	if (typeof id !== 'string' && typeof id !== 'number') {
		const gave = id === null || id === undefined ? 'nothing' : Array.isArray(id) ? 'a list' : `a value of type ${typeof id}`;
		throw new Failure(`"${label}" is not an ID`, `The expression gave ${gave}. Point it at the ID itself, e.g. {{ $json.id }}.`);
	}
	if (!isPathSegment(String(id))) {
		throw new Failure(`"${label}" is not an ID`, 'Pick it from the list, or copy it from Aurora.');
	}
}

/** e.g. "an area of interest" */
export const withArticle = (label: string) => `${/^[aeiou]/i.test(label) ? 'an' : 'a'} ${label.toLowerCase()}`;

/**
 * The expression that writes an ID field into a URL: always one path segment, whatever the ID holds.
 */
export function idSegment(field: IdField): string {
	return `{{ encodeURIComponent(String($parameter.${field} ?? "").trim()) }}`;
}
