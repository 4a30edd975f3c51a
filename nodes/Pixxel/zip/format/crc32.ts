/** CRC-32 as in ZIP (and PNG, gzip): polynomial 0x04C11DB7, reflected. Eight tables, so that eight bytes take one step. */
const TABLES = Array.from({ length: 8 }, () => new Uint32Array(256));

for (let byte = 0; byte < 256; byte++) {
	let crc = byte;
	for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
	(TABLES[0] as Uint32Array)[byte] = crc;
}
for (let table = 1; table < 8; table++) {
	const [first, before, current] = [TABLES[0], TABLES[table - 1], TABLES[table]] as [Uint32Array, Uint32Array, Uint32Array];
	for (let byte = 0; byte < 256; byte++) {
		const crc = before[byte] as number;
		current[byte] = (first[crc & 0xff] as number) ^ (crc >>> 8);
	}
}

const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES as [
	Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array,
];

/**
 * @param crc of the bytes before these ones; left out for the first
 * @returns an unsigned number of 32 bits
 */
export function crc32(bytes: Uint8Array, crc = 0): number {
	let value = ~crc;
	let at = 0;
	const at8 = (offset: number) => bytes[at + offset] as number;
	for (const end = bytes.length - 7; at < end; at += 8) {
		value ^= at8(0) | (at8(1) << 8) | (at8(2) << 16) | (at8(3) << 24);
		value =
			(T7[value & 0xff] as number) ^
			(T6[(value >>> 8) & 0xff] as number) ^
			(T5[(value >>> 16) & 0xff] as number) ^
			(T4[value >>> 24] as number) ^
			(T3[at8(4)] as number) ^
			(T2[at8(5)] as number) ^
			(T1[at8(6)] as number) ^
			(T0[at8(7)] as number);
	}
	for (; at < bytes.length; at++) value = (T0[(value ^ (bytes[at] as number)) & 0xff] as number) ^ (value >>> 8);
	return ~value >>> 0;
}
