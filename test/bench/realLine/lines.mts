/** A line that the kernel's own TCP runs over. */
export interface RealLine {
	roundTripMs: number;
	/** What it carries, all connections together. */
	bytesPerSecond: number;
	/** The share of packets that get lost, of those that the server sends. */
	loss: number;
	/** How the server's TCP finds its speed. */
	congestion: 'cubic' | 'bbr';
	/** One stream takes minutes. */
	slowAlone?: boolean;
}

/**
 * Behind a slow line stands a queue, which fills before packets are dropped. As long as half of a long round trip, it is neither
 * that of an old router, which holds a second, nor too short for TCP to reach the line's rate.
 */
export const QUEUE_MS = 50;

export const REAL_LINES = {
	lossy100: { roundTripMs: 100, bytesPerSecond: 50e6, loss: 0.001, congestion: 'cubic', slowAlone: true },
	bbr100: { roundTripMs: 100, bytesPerSecond: 50e6, loss: 0.001, congestion: 'bbr' },
	lossy30: { roundTripMs: 30, bytesPerSecond: 50e6, loss: 0.005, congestion: 'cubic', slowAlone: true },
	narrow100: { roundTripMs: 100, bytesPerSecond: 12e6, loss: 0.0002, congestion: 'cubic', slowAlone: true },
	clean30: { roundTripMs: 30, bytesPerSecond: 50e6, loss: 0, congestion: 'cubic' },
} satisfies Record<string, RealLine>;

export type RealLineName = keyof typeof REAL_LINES;

export const REAL_LINE_NAMES = Object.keys(REAL_LINES) as RealLineName[];

export function wordsOf({ roundTripMs, bytesPerSecond, loss, congestion }: RealLine): string {
	const lost = loss === 0 ? 'nothing lost' : `${loss * 100} % lost`;
	return `${roundTripMs} ms away, ${bytesPerSecond / 1e6} MB/s in all, ${lost}, ${congestion}`;
}
