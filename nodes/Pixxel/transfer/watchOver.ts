import type { OpenBody } from './Block';
import type { Storage } from './storage';

const WATCH_EVERY_MS = 1_000;
const REPORT_EVERY_MS = 10_000;

/**
 * Closes connections on which nothing moves, and all of them once the signal aborts.
 *
 * @param stallMs longest silence on a connection
 * @param tell called now and then, for a log
 */
export function watchOver(
	storage: Storage,
	signal: AbortSignal,
	open: Set<OpenBody>,
	stallMs: number,
	tell: () => void,
): { stop(): void } {
	let stopped = false;
	const close = () => {
		for (const { body } of open) body.destroy();
	};
	signal.addEventListener('abort', close, { once: true });
	void (async () => {
		let toldAt = storage.now();
		while (!stopped && !signal.aborted) {
			await storage.pause(Math.min(WATCH_EVERY_MS, stallMs), signal);
			if (stopped) return;
			const now = storage.now();
			for (const { body, waiting, movedAt } of open) {
				if (waiting && now - movedAt >= stallMs) body.destroy();
			}
			if (now - toldAt >= REPORT_EVERY_MS) {
				toldAt = now;
				tell();
			}
		}
	})().catch(() => {
		// The signal ended the pause: there is nothing left to watch.
	});
	return {
		stop() {
			stopped = true;
			signal.removeEventListener('abort', close);
		},
	};
}
