/** Bytes of a package: from the first, up to but not including `end`. */
export interface ByteRange {
	from: number;
	end: number;
}

/**
 * Reads a Range header against a size.
 * Undefined: the header asks for the whole (no header, another unit, several ranges or a syntax servers ignore).
 * `unsatisfiable`: 416, as every range of an empty object is.
 */
export function readRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
	const parts = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '');
	if (parts === null) return undefined;
	const [, first = '', last = ''] = parts;
	if (first === '' && last === '') return undefined;
	if (first === '') {
		const length = Math.min(Number(last), size);
		return length === 0 ? 'unsatisfiable' : { from: size - length, end: size };
	}
	const from = Number(first);
	if (last !== '' && Number(last) < from) return undefined;
	if (from >= size) return 'unsatisfiable';
	return { from, end: last === '' ? size : Math.min(size, Number(last) + 1) };
}
