/** Castagnoli's polynomial, reflected: the one storage services use, not that of ZIP. */
const polynomial = 0x82f63b78;

/** Eight tables, so that eight bytes are taken at once. */
const tables: Uint32Array[] = [];
for (let table = 0; table < 8; table++) {
	const entries = new Uint32Array(256);
	for (let index = 0; index < 256; index++) {
		const before = table === 0 ? undefined : tables[table - 1]?.[index];
		if (before === undefined) {
			let crc = index;
			for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
			entries[index] = crc;
		} else {
			entries[index] = (before >>> 8) ^ (tables[0]?.[before & 0xff] ?? 0);
		}
	}
	tables.push(entries);
}

/** Continues a CRC-32C over more bytes; begin with 0. */
export function crc32c(bytes: Buffer, previous = 0): number {
	const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
		Uint32Array,
		Uint32Array,
		Uint32Array,
		Uint32Array,
		Uint32Array,
		Uint32Array,
		Uint32Array,
		Uint32Array,
	];
	let crc = ~previous;
	let at = 0;
	for (; at + 8 <= bytes.length; at += 8) {
		const low = bytes.readUInt32LE(at) ^ crc;
		const high = bytes.readUInt32LE(at + 4);
		crc =
			t7[low & 0xff]! ^
			t6[(low >>> 8) & 0xff]! ^
			t5[(low >>> 16) & 0xff]! ^
			t4[low >>> 24]! ^
			t3[high & 0xff]! ^
			t2[(high >>> 8) & 0xff]! ^
			t1[(high >>> 16) & 0xff]! ^
			t0[high >>> 24]!;
	}
	for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]!) & 0xff]!;
	return ~crc >>> 0;
}
