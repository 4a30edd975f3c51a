import type { IExecuteSingleFunctions, IN8nHttpFullResponse } from 'n8n-workflow';
import { pause } from '../ground/pause';
import type { ItemWork } from '../item/perItem';
import { STALL_MS } from '../transfer/fetching';
import type { Storage, StorageAnswer } from '../transfer/storage';

type Readable = Exclude<Parameters<IExecuteSingleFunctions['helpers']['prepareBinaryData']>[0], Buffer>;

/** Storage as n8n's own HTTP client reaches it: through the proxies, and with the certificates, of this n8n. */
export function storageOf({ context }: ItemWork, renewUrl: () => Promise<string>): Storage {
	return {
		async get(url, headers, abortSignal): Promise<StorageAnswer> {
			const answer: IN8nHttpFullResponse = await context.helpers.httpRequest({
				url,
				headers,
				// One for each request: Node warns of a leak where more than ten listen on the same.
				abortSignal: AbortSignal.any([abortSignal]),
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				timeout: STALL_MS,
			});
			return {
				status: answer.statusCode,
				headers: answer.headers as Record<string, string | undefined>,
				body: answer.body as unknown as StorageAnswer['body'],
			};
		},
		renewUrl,
		now: Date.now,
		pause,
		report: (message) => context.logger.info(`Pixxel: ${message}`),
	};
}

/**
 * Bytes as a stream that n8n stores. n8n keeps the URL of a response that it is given as it is, and this one is a secret: a stream
 * of our own has none. Its class is not ours to import, but the body of storage's answer is one of its kind.
 */
export function streamOf(bytes: AsyncGenerator<Buffer>, { body }: StorageAnswer): Readable {
	const { from } = body.constructor as unknown as { from(chunks: AsyncIterable<Buffer>, options: object): Readable };
	return from(bytes, { objectMode: false });
}
