/** Divides `most` among those who want something: nobody gets more than they want, and nobody less than another who wants as much. */
export function fairShares(wanted: number[], most: number): number[] {
	const shares = wanted.map(() => 0);
	const modestFirst = [...wanted.keys()].sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
	let left = most;
	for (const [position, index] of modestFirst.entries()) {
		const share = Math.min(wanted[index] ?? 0, left / (wanted.length - position));
		shares[index] = share;
		left -= share;
	}
	return shares;
}
