import type { Behaviour } from '../types.mts';

/** JSON that the API passes on: described as the bytes of its text; which may be only how Go describes it. Undefined: there is none. */
export function rawJson(value: unknown, { rawJson: form = 'bytes' }: Behaviour): unknown {
	if (form === 'json') return value ?? null;
	return value === undefined ? [] : [...Buffer.from(JSON.stringify(value))];
}
