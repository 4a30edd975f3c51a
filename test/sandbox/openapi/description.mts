import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../n8n/install/projectRoot.mts';

/** JSON that nothing is known of yet. */
type Json = Record<string, any>;

/** What a query parameter may hold. */
export type ParameterKind = 'text' | 'date' | 'timestamp' | 'count';

export interface Parameter {
	name: string;
	kind: ParameterKind;
	isRequired: boolean;
	default?: string;
}

/** A schema, and whether what it describes must be there. */
interface Body {
	schema: Json;
	isRequired: boolean;
}

/** One call, as Pixxel describes it. */
export interface Operation {
	/** Method and path. */
	name: string;
	method: string;
	/** Segments in braces take any one segment. */
	path: string;
	parameters: Parameter[];
	body?: Body;
	/** By status. */
	answers: Record<string, { type: string; schema: Json }>;
	/** Whether it works without a key. */
	isOpen: boolean;
}

/** A difference that a test chooses by a setting of the sandbox's; without a value, by any. */
export interface Choice {
	setting: string;
	value?: string;
	/** Regular expression for JSON pointers into the answer: there, other types are allowed. */
	path?: string;
	/** This status may have no body. */
	status?: number;
}

/** Where the sandbox differs from the description on purpose; `why` says why, in the data. */
interface Differences {
	/** Keywords that the description has otherwise; null takes one away. */
	corrections: Array<{ at: string[]; with: Json; why: string }>;
	/** Statuses of refusals that every call may have. */
	statuses: Record<string, string>;
	choices: Array<Choice & { why: string }>;
}

const read = (name: string) => JSON.parse(readFileSync(join(projectRoot(), 'test', 'sandbox', 'openapi', name), 'utf8')) as Json;

export const differences = read('differences.json') as Differences;

/**
 * The part of Pixxel's public OpenAPI description (docs.pixxel.space, "stargate" v0.1.0) that has what this project calls, corrected where it
 * contradicts itself.
 */
export function correctedDescription(): Json {
	const description = read('stargate.json');
	for (const { at, with: keywords } of differences.corrections) {
		const schema = at.reduce((found, key) => found[key] as Json, description);
		Object.assign(schema, keywords);
		for (const [keyword, value] of Object.entries(keywords)) if (value === null) delete schema[keyword];
	}
	return description;
}

/** Has each object hold what it is described to hold, and nothing else. */
function close(schema: unknown): void {
	if (typeof schema !== 'object' || schema === null) return;
	if ('type' in schema && schema.type === 'object' && 'properties' in schema) Object.assign(schema, { additionalProperties: false });
	Object.values(schema).forEach(close);
}

const description = correctedDescription();
close(description.components.schemas);
/** What schemas refer to. */
export const components = description.components as Json;

function kindOf({ name, schema, description: words = '' }: Json): ParameterKind {
	if (schema.type === 'integer') return 'count';
	if (/RFC3339/.test(words)) return 'timestamp';
	return /_(on|at)$/.test(name) ? 'date' : 'text';
}

const parameterOf = (parameter: Json): Parameter => ({
	name: parameter.name,
	kind: kindOf(parameter),
	isRequired: parameter.required === true,
	...('default' in parameter.schema && { default: String(parameter.schema.default) }),
});

function operationOf(method: string, path: string, { parameters = [], requestBody, responses, security }: Json): Operation {
	const answers = Object.entries<Json>(responses).map(([status, { content }]) => {
		const [[type, { schema }]] = Object.entries<Json>(content) as [[string, Json]];
		return [status, { type, schema: schema as Json }] as const;
	});
	return {
		name: `${method.toUpperCase()} ${path}`,
		method: method.toUpperCase(),
		path,
		parameters: parameters.filter((parameter: Json) => parameter.in === 'query').map(parameterOf),
		...(requestBody && { body: { schema: requestBody.content['application/json'].schema, isRequired: requestBody.required === true } }),
		answers: Object.fromEntries(answers),
		isOpen: security === undefined,
	};
}

export const operations: Operation[] = Object.entries<Json>(description.paths).flatMap(([path, methods]) =>
	Object.entries<Json>(methods).map(([method, described]) => operationOf(method, path, described)),
);
