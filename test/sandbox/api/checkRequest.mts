import { badRequest, forbidden, Refusal } from '../exchange.mts';
import type { ParameterKind } from '../openapi/description.mts';
import { flawOf } from '../openapi/validate.mts';
import { keys, projectId, projectSlugs } from '../world/wellKnown.mts';
import type { Access } from './asked.mts';
import { type DocumentedCall, documentedCalls } from './documentedCalls.mts';

const unauthorized = (message: string) => new Refusal(401, 'unauthorized', message);

/**
 * Reads the Authorization header in both documented forms, `<key>` and `Bearer <token>`.
 * Throws a Refusal: 401 when the token's format is invalid or it is not recognised, 403 when it is missing, expired or revoked.
 */
export function authenticate(authorization = ''): Access {
	if (authorization.trim() === '') throw forbidden('Authorization token is missing');
	const token = authorization.replace(/^bearer +/i, '');
	if (/\s|^bearer$/i.test(token)) throw unauthorized('Authorization token has an invalid format');
	if (token === keys.expired) throw forbidden('Authorization token has expired');
	if (token === keys.revoked) throw forbidden('Authorization token has been revoked');
	if (token === keys.valid) return () => true;
	if (token === keys.miningOnly) return (id) => id === projectId(projectSlugs.first);
	throw unauthorized('Authorization token is not recognised');
}

function decode(text: string, where: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		throw badRequest(`${where} holds malformed percent-encoding`, { value: text });
	}
}

/**
 * Finds the documented call for a request, and the decoded segments in braces, by their names.
 * Throws a Refusal: 404 for an unknown path, 405 for an unknown method, 400 for malformed percent-encoding.
 */
export function findCall(method: string, path: string): { call: DocumentedCall; ids: Record<string, string> } {
	const allowed: string[] = [];
	for (const call of documentedCalls) {
		// Matched before decoding: an encoded slash inside an identifier must not make a new segment.
		const found = new RegExp(`^${call.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(path);
		if (found === null) continue;
		if (call.method === method) {
			const ids = Object.entries(found.groups ?? {}).map(([key, value]) => [key, decode(value, 'the path')] as const);
			return { call, ids: Object.fromEntries(ids) };
		}
		allowed.push(call.method);
	}
	if (allowed.length === 0) throw new Refusal(404, 'not_found', 'No such path', { path });
	throw new Refusal(405, 'method_not_allowed', `${method} is not documented for this path`, { allowed });
}

const kinds: Record<ParameterKind, { test: (value: string) => boolean; wanted: string }> = {
	// An empty filter is a caller's slip: the documentation does not say what it would mean.
	text: { test: (value) => value !== '', wanted: 'text, not empty' },
	// More digits than a safe integer holds are refused too.
	count: { test: (value) => /^\d{1,15}$/.test(value), wanted: 'an integer, 0 or more' },
	date: {
		test: (value) => /^\d{4}-\d{2}-\d{2}([T ].+)?$/.test(value) && !Number.isNaN(Date.parse(value)),
		wanted: 'a date (YYYY-MM-DD) or a timestamp',
	},
	timestamp: {
		test: (value) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(value) && !Number.isNaN(Date.parse(value)),
		wanted: 'a timestamp as RFC 3339 has it',
	},
};

/**
 * Checks a query string against what the description says of the call, and fills in its defaults.
 * Throws a Refusal (400) for anything it does not know, including a parameter given twice.
 */
export function checkQuery({ parameters }: DocumentedCall, rawQuery: string): Record<string, string> {
	const query = new Map<string, string>();
	decode(rawQuery, 'the query');
	for (const [name, value] of new URLSearchParams(rawQuery)) {
		const known = parameters.find((parameter) => parameter.name === name);
		if (known === undefined) throw badRequest(`query parameter ${name} is not known for this call`, { parameter: name });
		if (query.has(name)) throw badRequest(`query parameter ${name} is given twice`, { parameter: name });
		const { test, wanted } = kinds[known.kind];
		if (!test(value)) throw badRequest(`query parameter ${name} must be ${wanted}`, { parameter: name, value });
		query.set(name, value);
	}
	for (const { name, isRequired, default: usual } of parameters) {
		if (isRequired && !query.has(name)) throw badRequest(`query parameter ${name} is required`, { parameter: name });
		if (usual !== undefined && !query.has(name)) query.set(name, usual);
	}
	return Object.fromEntries(query);
}

/**
 * Checks a body against its description, and fills in its defaults; none is an empty one, where it may be left out.
 * Throws a Refusal (400) for anything the description does not know.
 */
export function checkBody({ body }: DocumentedCall, text: string, type = ''): Record<string, unknown> {
	if (text === '') {
		if (body?.isRequired) throw badRequest('this call needs a body', {});
		return {};
	}
	if (body === undefined) throw badRequest('this call takes no body', { bytes: Buffer.byteLength(text) });
	if (!/^application\/json\b/i.test(type)) throw badRequest('the body must be JSON, and say so', { 'content-type': type });
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw badRequest('the body is no JSON', {});
	}
	const flaw = flawOf(body.schema, value);
	if (flaw !== undefined) throw badRequest(`the body is not as described: ${flaw}`, {});
	return value as Record<string, unknown>;
}
