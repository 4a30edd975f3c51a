import type { IBinaryData, IExecuteSingleFunctions, IN8nHttpFullResponse } from 'n8n-workflow';
import type { ItemWork } from '../item/perItem';
import { pause } from '../ground/pause';
import { announcedName, baseName } from '../transfer/announcedName';
import type { Storage, StorageAnswer } from '../transfer/storage';
import { STALL_MS } from '../transfer/fetching';
import { transferPackage } from '../transfer/transferPackage';
import type { DownloadSettings } from './downloadSettings';

type Readable = Exclude<
	Parameters<IExecuteSingleFunctions['helpers']['prepareBinaryData']>[0],
	Buffer
>;

/** Types by which storage says "bytes": the file's name says more. */
const NO_TYPE = /^(application|binary)\/(octet-stream|x-download|force-download)$/;
const EXTENSION = /\.[A-Za-z0-9]{1,8}$/;

/** Storage as n8n's own HTTP client reaches it: through the proxies, and with the certificates, of this n8n. */
function storageOf({ context }: ItemWork, renewUrl: () => Promise<string>): Storage {
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
 * Fetches the package behind a signed URL into n8n's binary data.
 *
 * @param fallbackName of the file, where neither the user nor storage names it
 * @param renewUrl a fresh signed URL, for when the first one expires half-way
 */
export async function storeFile(
	item: ItemWork,
	url: string,
	{ fileName, connections }: DownloadSettings,
	fallbackName: string,
	renewUrl: () => Promise<string>,
): Promise<IBinaryData> {
	const { context, signal } = item;
	return await transferPackage(storageOf(item, renewUrl), url, { connections, signal }, async (bytes, first) => {
		const { 'content-disposition': disposition, 'content-type': contentType } = first.headers;
		const name = (fileName && baseName(fileName)) ?? announcedName(disposition) ?? fallbackName;
		const announced = contentType?.split(';')[0]?.trim().toLowerCase();
		const untold = !announced || NO_TYPE.test(announced);
		// Left to itself, n8n looks at the name's ending, and takes what has none for text.
		const mimeType = untold ? (EXTENSION.test(name) ? undefined : 'application/octet-stream') : announced;
		// n8n keeps the URL of a response that it is given as it is, and this one is a secret. A stream of our
		// own has none; its class is not ours to import, but the response's body is one of its kind.
		const { from } = first.body.constructor as unknown as {
			from(chunks: AsyncIterable<Buffer>, options: object): Readable;
		};
		return await context.helpers.prepareBinaryData(from(bytes, { objectMode: false }), name, mimeType);
	});
}
