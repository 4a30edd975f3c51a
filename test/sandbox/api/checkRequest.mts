import { type CallName, type DocumentedCall, documentedCalls, type ParameterKind } from './documentedCalls.mts';
import { badRequest, Refusal } from './refusal.mts';

/** A request the documentation knows, taken apart. */
export interface KnownRequest {
	name: CallName;
	call: DocumentedCall;
	/** The decoded segments in braces, by their names. */
	ids: Record<string, string>;
}

function decode(text: string, where: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		throw badRequest(`${where} holds malformed percent-encoding`, { value: text });
	}
}

function match(pattern: string, path: string): Record<string, string> | undefined {
	// Split before decoding: an encoded slash inside an identifier must not make a new segment.
	const wanted = pattern.split('/');
	const given = path.split('/');
	if (wanted.length !== given.length) return undefined;
	const ids: Record<string, string> = {};
	for (const [index, segment] of wanted.entries()) {
		const value = given[index] ?? '';
		if (!segment.startsWith('{')) {
			if (segment !== value) return undefined;
		} else {
			if (value === '') return undefined;
			ids[segment.slice(1, -1)] = value;
		}
	}
	return ids;
}

/**
 * Finds the documented call for a request.
 * Throws a Refusal: 404 for an unknown path, 405 for an unknown method, 400 for malformed percent-encoding.
 */
export function findCall(method: string, path: string): KnownRequest {
	const allowed: string[] = [];
	for (const [name, call] of Object.entries<DocumentedCall>(documentedCalls)) {
		const raw = match(call.path, path);
		if (raw === undefined) continue;
		if (call.method !== method) {
			allowed.push(call.method);
			continue;
		}
		const ids = Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, decode(value, 'the path')]));
		return { name: name as CallName, call, ids };
	}
	if (allowed.length > 0) {
		const headers = { allow: allowed.join(', ') };
		throw new Refusal(405, 'method_not_allowed', `${method} is not documented for this path`, { allowed }, headers);
	}
	throw new Refusal(404, 'not_found', 'No such path', { path });
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
};

/**
 * Checks a query string against what the documentation says of the call.
 * Throws a Refusal (400) for anything it does not know, including a parameter given twice.
 */
export function checkQuery(call: DocumentedCall, rawQuery: string): Record<string, string> {
	const query: Record<string, string> = {};
	for (const pair of rawQuery.split('&')) {
		if (pair === '') continue;
		const at = pair.indexOf('=');
		const name = decode((at < 0 ? pair : pair.slice(0, at)).replaceAll('+', ' '), 'the query');
		const value = decode((at < 0 ? '' : pair.slice(at + 1)).replaceAll('+', ' '), 'the query');
		const kind = call.query !== undefined && Object.hasOwn(call.query, name) ? call.query[name] : undefined;
		if (kind === undefined) throw badRequest(`query parameter ${name} is not known for this call`, { parameter: name });
		if (Object.hasOwn(query, name)) throw badRequest(`query parameter ${name} is given twice`, { parameter: name });
		if (!kinds[kind].test(value)) {
			throw badRequest(`query parameter ${name} must be ${kinds[kind].wanted}`, { parameter: name, value });
		}
		query[name] = value;
	}
	for (const name of call.required ?? []) {
		if (!query[name]) throw badRequest(`query parameter ${name} is required`, { parameter: name });
	}
	return query;
}
