import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type Choice, components, differences, type Operation } from './description.mts';

/** What the description has beside a schema (`example`, `x-order`) is of no use here. */
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, useDefaults: true });
const compiled = new Map<object, ValidateFunction>();

/** What contradicts a schema. Fills in defaults. */
function contradictions(schema: object, value: unknown): ErrorObject[] {
	const validate = compiled.get(schema) ?? ajv.compile({ ...schema, components });
	compiled.set(schema, validate);
	return validate(value) ? [] : (validate.errors ?? []);
}

const inWords = ({ instancePath, message, params }: ErrorObject) => `${instancePath || 'the whole'} ${message} ${JSON.stringify(params)}`;

/** Why a schema does not allow a value, if it does not. Fills in defaults. */
export const flawOf = (schema: object, value: unknown): string | undefined => contradictions(schema, value).map(inWords).join('; ') || undefined;

/** An answer as it is sent. */
export interface Answer {
	status: number;
	/** Media type. */
	type: string;
	content: string | Buffer;
}

const pngSignature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** An answer as the description has it, by status; refusals are alike. */
export function describedAnswer({ answers }: Operation, status: number) {
	const [, refusal] = Object.entries(answers).find(([known]) => Number(known) >= 400) ?? [];
	const everyCall = { type: 'application/json', schema: { $ref: '#/components/schemas/common.ErrorResponse' } };
	return answers[status] ?? (String(status) in differences.statuses ? (refusal ?? everyCall) : undefined);
}

/**
 * Why the description does not know this answer, if it does not.
 *
 * @param isChosen whether a test has chosen a difference
 */
export function flawOfAnswer(operation: Operation, { status, content }: Answer, isChosen: (choice: Choice) => boolean): string | undefined {
	const chosen = differences.choices.filter(isChosen);
	if (content.length === 0 && chosen.some((choice) => choice.status === status)) return undefined;
	const described = describedAnswer(operation, status);
	if (described === undefined) return `status ${status} is not described`;
	if (Buffer.isBuffer(content)) return content.subarray(0, 8).equals(pngSignature) ? undefined : 'this is no picture';
	const differs = ({ instancePath }: ErrorObject) => chosen.some(({ path }) => path !== undefined && new RegExp(path).test(instancePath));
	return contradictions(described.schema, JSON.parse(content)).filter((found) => !differs(found)).map(inWords).join('; ') || undefined;
}
