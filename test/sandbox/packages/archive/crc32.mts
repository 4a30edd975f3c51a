/**
 * CRC-32 is the remainder of a polynomial over two values: what comes before other bytes is multiplied by a power of x. So the
 * checksum of many GiB follows from those of its pieces, and no byte needs to be made.
 */
const polynomial = 0xedb88320;
/** The polynomials 1 and x; the highest bit is the lowest power. */
const [one, x] = [0x80000000, 0x40000000];

function times(a: number, b: number): number {
	let product = 0;
	for (let bit = 31, shifted = b; bit >= 0; bit--) {
		if ((a >>> bit) & 1) product ^= shifted;
		shifted = shifted & 1 ? (shifted >>> 1) ^ polynomial : shifted >>> 1;
	}
	return product >>> 0;
}

function shiftBy(bytes: number): number {
	let [power, square] = [one, x];
	for (let bits = bytes * 8; bits > 0; bits = Math.floor(bits / 2)) {
		if (bits % 2 === 1) power = times(power, square);
		square = times(square, square);
	}
	return power;
}

const shifts = new Map<number, number>();

/** The checksum of some bytes and, after them, `length` more. */
export function joinedCrc32(first: number, second: number, length: number): number {
	const shift = shifts.get(length) ?? shiftBy(length);
	shifts.set(length, shift);
	return (times(shift, first) ^ second) >>> 0;
}
