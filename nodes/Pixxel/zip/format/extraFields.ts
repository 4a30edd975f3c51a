/** Extra fields of an entry, by their ID. */
export type ExtraFields = Map<number, Buffer>;

/** Reads extra fields. What is cut off is left out: some tools pad with a few zeros. */
export function readExtraFields(bytes: Buffer): ExtraFields {
	const fields: ExtraFields = new Map();
	for (let at = 0; at + 4 <= bytes.length; ) {
		const id = bytes.readUInt16LE(at);
		const end = at + 4 + bytes.readUInt16LE(at + 2);
		if (end > bytes.length) break;
		if (!fields.has(id)) fields.set(id, bytes.subarray(at + 4, end));
		at = end;
	}
	return fields;
}

/** A number that does not fit into 32 bits is here, and these stand in its place. */
export const ZIP64_PLACEHOLDER = 0xffffffff;
const ZIP64_FIELD = 0x0001;

/**
 * Sizes and offsets, with those that are in the ZIP64 extra field put in. There, they stand in this order, and only those that are
 * not in the header. One that should be there and is not, or that nothing can be as large as, is undefined.
 */
export function applyZip64(numbers: readonly number[], extra: ExtraFields): Array<number | undefined> {
	const field = extra.get(ZIP64_FIELD) ?? Buffer.alloc(0);
	let at = 0;
	return numbers.map((number) => {
		if (number !== ZIP64_PLACEHOLDER) return number;
		const large = at + 8 <= field.length ? Number(field.readBigUInt64LE(at)) : undefined;
		at += 8;
		return Number.isSafeInteger(large) ? large : undefined;
	});
}
