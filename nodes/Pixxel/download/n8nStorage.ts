import type { IExecuteSingleFunctions, IN8nHttpFullResponse } from 'n8n-workflow';
import { routeOf, TIMEOUTS_IN_ALL } from '../api/route';
import { clock } from '../retry/clock';
import { withTimeout } from '../retry/withTimeout';
import type { ItemRun } from '../item/perItem';
import { STALL_MS } from '../transfer/remote/stallWatchdog';
import type { Storage, StorageAnswer } from '../transfer/remote/Storage';

type Readable = Exclude<Parameters<IExecuteSingleFunctions['helpers']['prepareBinaryData']>[0], Buffer>;

/** Storage as n8n's own HTTP client reaches it: through the proxies, and with the certificates, of this n8n and this node. */
export function n8nStorage({ context, request }: ItemRun, renewUrl: Storage['renewUrl']): Storage {
	const { timeout = STALL_MS, ...route } = routeOf(request);
	return {
		async get(url, headers, abortSignal): Promise<StorageAnswer> {
			const send = async (signal: AbortSignal): Promise<IN8nHttpFullResponse> =>
				await context.helpers.httpRequest({
					...route,
					url,
					headers,
					// One for each request: Node warns of a leak where more than ten listen on the same.
					abortSignal: AbortSignal.any([abortSignal, signal]),
					encoding: 'stream',
					returnFullResponse: true,
					ignoreHttpStatusErrors: true,
					timeout,
				});
			const answer = await withTimeout(send, timeout * TIMEOUTS_IN_ALL, abortSignal);
			const body = answer.body as unknown as StorageAnswer['body'];
			const said = answer.headers as StorageAnswer['headers'];
			// Where n8n's client undoes a Content-Encoding, it takes the header that says so away: what is left is a stream of zlib's.
			return { status: answer.statusCode, headers: said, body, isDecoded: 'bytesWritten' in body };
		},
		renewUrl,
		now: () => clock.now(),
		pause: async (ms, signal) => await clock.pause(ms, signal),
		timer: async (ms, signal) => await clock.timer(ms, signal),
		report: (message) => context.logger.info(`Pixxel: ${message}`),
	};
}

/**
 * Bytes as a stream that n8n stores. n8n keeps the URL of a response that it is given as it is, and this one is a secret: a stream
 * of our own has none. Its class is not ours to import, but the body of storage's answer is one of its kind.
 */
export function asReadable(bytes: AsyncGenerator<Buffer>, { body }: StorageAnswer): Readable {
	const { from } = body.constructor as unknown as { from(chunks: AsyncIterable<Buffer>, options: object): Readable };
	return from(bytes, { objectMode: false });
}
