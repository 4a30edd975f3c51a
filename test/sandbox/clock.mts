/*
 * The sandbox's time. Tests in which the node's pauses take no time have it skip what the node would have waited: so packages get ready and jobs
 * end when they would have.
 */
let skippedMs = 0;

/** Epoch milliseconds. */
export const now = (): number => Date.now() + skippedMs;

export function skip(ms: number): void {
	skippedMs += ms;
}

export function stopSkipping(): void {
	skippedMs = 0;
}
