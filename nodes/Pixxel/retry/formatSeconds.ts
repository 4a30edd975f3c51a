/** A length of time in words: "1 second", "2.5 seconds". */
export function formatSeconds(ms: number): string {
	const count = Math.round(ms / 100) / 10;
	return `${count} ${count === 1 ? 'second' : 'seconds'}`;
}
