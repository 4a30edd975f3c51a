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
 * not in the header.
 *
 * @returns undefined where the field does not hold what it should, or a number that nothing can be as large as
 */
export function applyZip64(numbers: readonly number[], extra: ExtraFields): number[] | undefined {
	const field = extra.get(ZIP64_FIELD) ?? Buffer.alloc(0);
	let at = 0;
	const found: number[] = [];
	for (const number of numbers) {
		if (number !== ZIP64_PLACEHOLDER) {
			found.push(number);
			continue;
		}
		if (at + 8 > field.length) return undefined;
		const large = Number(field.readBigUInt64LE(at));
		if (!Number.isSafeInteger(large)) return undefined;
		found.push(large);
		at += 8;
	}
	return found;
}
