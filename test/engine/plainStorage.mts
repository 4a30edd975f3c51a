import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cancelled } from '../../nodes/Pixxel/errors/Failure.ts';
import type { Storage, StorageAnswer } from '../../nodes/Pixxel/transfer/remote/Storage.ts';

/** Sends a GET, and follows the one redirect that the sandbox's storage may answer with. */
function answerOf(url: string, headers: Record<string, string>, signal: AbortSignal, silentMs: number): Promise<StorageAnswer> {
	return new Promise((resolve, reject) => {
		// A signal of its own: Node warns of a leak where more than ten listen on the same.
		const sent = get(url, { headers, signal: AbortSignal.any([signal]), agent: false, timeout: silentMs }, (answer) => {
			// Silence from here on is for the transfer to end.
			sent.setTimeout(0);
			// Nobody may be reading when the line breaks.
			answer.on('error', () => {});
			const { statusCode: status = 0, headers: said } = answer;
			if (status !== 302 || !said.location) return resolve({ status, headers: said as StorageAnswer['headers'], body: answer });
			answer.destroy();
			return resolve(answerOf(new URL(said.location, url).href, headers, signal, silentMs));
		});
		sent.once('error', reject);
		sent.once('timeout', () => sent.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
	});
}

/** Where a {@link plainStorage} has been. */
export interface Log {
	/** What the transfer had to say. */
	reports: string[];
	/** Pauses that it asked for, in milliseconds. */
	pauses: number[];
	renewals: number;
}

/**
 * Storage as plain Node reaches it, with no n8n in between, and with pauses as long as the test likes.
 *
 * @param pauseShare of each pause that is really made
 * @param silentMs after which a request that is not answered has been in vain
 */
export function plainStorage(renewUrl: Storage['renewUrl'], pauseShare: number, silentMs = 10_000): Storage & { log: Log } {
	const log: Log = { reports: [], pauses: [], renewals: 0 };
	const wait = async (ms: number, signal: AbortSignal) =>
		await sleep(ms, undefined, { signal: AbortSignal.any([signal]) }).catch(() => {
			throw new Cancelled();
		});
	return {
		log,
		now: () => performance.now(),
		get: async (url, headers, signal) => await answerOf(url, headers, signal, silentMs),
		async renewUrl(signal) {
			log.renewals++;
			return await renewUrl(signal);
		},
		async pause(ms, signal) {
			log.pauses.push(ms);
			await wait(ms * pauseShare, signal);
		},
		timer: wait,
		report(message) {
			log.reports.push(message);
		},
	};
}
