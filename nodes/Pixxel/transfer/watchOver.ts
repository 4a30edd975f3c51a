import type { OpenBody } from './Block';
import type { Storage } from './storage';

const WATCH_EVERY_MS = 1_000;
const REPORT_EVERY_MS = 10_000;

/**
 * Closes connections on which nothing moves, by counting its own looks (a process that is held up as a whole has no silent connections), and all of them once the signal aborts.
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
	const everyMs = Math.min(WATCH_EVERY_MS, stallMs);
	let sinceToldMs = 0;
	let stopped = false;
	const close = () => {
		for (const { body } of open) body.destroy();
	};
	signal.addEventListener('abort', close, { once: true });
	void (async () => {
		while (!stopped && !signal.aborted) {
			await storage.timer(everyMs, signal);
			if (stopped) return;
			for (const each of open) {
				if (each.waiting) each.quietMs += everyMs;
				if (each.quietMs >= stallMs) each.body.destroy();
			}
			sinceToldMs += everyMs;
			if (sinceToldMs < REPORT_EVERY_MS) continue;
			sinceToldMs = 0;
			tell();
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
