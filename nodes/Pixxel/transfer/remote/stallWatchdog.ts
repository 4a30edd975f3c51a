import type { ByteStream, Storage } from './Storage';

/** A connection on which nothing moves for this long is given up, and its work taken up by a new one. */
export const STALL_MS = 30_000;

const WATCH_EVERY_MS = 1_000;
const REPORT_EVERY_MS = 10_000;

/** A connection whose body is being read. */
export interface OpenStream {
	body: ByteStream;
	/** For how long, as far as the watchdog has seen, nothing has arrived that was waited for. */
	quietMs: number;
	/** The reader waits for the network (and not the network for the reader). */
	awaitingNetwork: boolean;
}

/**
 * Closes connections that stall, by counting its own ticks (a process that is held up as a whole has no silent connections), and all of them
 * once the signal aborts.
 *
 * @param open connections that are being read at the moment
 * @param stallMs longest silence on a connection
 * @param report called now and then, for a log
 */
export function stallWatchdog(
	storage: Storage,
	signal: AbortSignal,
	open: Set<OpenStream>,
	stallMs: number,
	report: () => void,
): { stop(): void } {
	const everyMs = Math.min(WATCH_EVERY_MS, stallMs);
	let sinceReportMs = 0;
	let stopped = false;
	const closeAll = () => {
		for (const { body } of open) body.destroy();
	};
	signal.addEventListener('abort', closeAll, { once: true });
	void (async () => {
		while (!stopped && !signal.aborted) {
			await storage.timer(everyMs, signal);
			if (stopped) return;
			for (const each of open) {
				if (each.awaitingNetwork) each.quietMs += everyMs;
				if (each.quietMs >= stallMs) each.body.destroy();
			}
			sinceReportMs += everyMs;
			if (sinceReportMs < REPORT_EVERY_MS) continue;
			sinceReportMs = 0;
			report();
		}
	})().catch(() => {
		// The signal ended the pause: there is nothing left to watch.
	});
	return {
		stop() {
			stopped = true;
			signal.removeEventListener('abort', closeAll);
		},
	};
}
