/**
 * Decodes the text format that n8n stores an execution's data in (the npm package `flatted`): a JSON array whose first
 * entry is the value, and in which every string inside an object or array is the index of the entry that stands there.
 */
export function decodeFlatted<T = unknown>(text: string): T {
	const entries = JSON.parse(text) as unknown[];
	const decoded = new Map<number, unknown>();

	const decode = (index: number): unknown => {
		const entry = entries[index];
		if (typeof entry !== 'object' || entry === null) return entry;
		if (decoded.has(index)) return decoded.get(index);
		const result: unknown[] | Record<string, unknown> = Array.isArray(entry) ? [] : {};
		// Before its content: an entry may contain itself.
		decoded.set(index, result);
		for (const [key, value] of Object.entries(entry)) {
			const content = typeof value === 'string' ? decode(Number(value)) : value;
			Object.defineProperty(result, key, { value: content, enumerable: true, writable: true, configurable: true });
		}
		return result;
	};

	return decode(0) as T;
}
