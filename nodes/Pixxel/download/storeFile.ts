import type { IBinaryData } from 'n8n-workflow';
import type { ItemRun } from '../item/perItem';
import { fileNameIn } from '../transfer/contentDisposition';
import { baseName } from '../transfer/fileNames';
import type { Storage } from '../transfer/remote/Storage';
import { transferPackage } from '../transfer/transferPackage';
import type { DownloadSettings } from './downloadSettings';
import { memory } from './BinaryMemoryLimit';
import { n8nStorage, asReadable } from './n8nStorage';

/** Types by which storage says "bytes": the file's name says more. */
const NO_TYPE = /^(application|binary)\/(octet-stream|x-download|force-download)$/;
const EXTENSION = /\.[A-Za-z0-9]{1,8}$/;

/**
 * Fetches the package behind a signed URL into n8n's binary data.
 *
 * @param fallbackName of the file, where neither the user nor storage names it
 * @param renewUrl a fresh signed URL, for when the first one expires half-way
 * @throws Failure where not all of it can be fetched, or what came is not what storage announces
 */
export async function storeFile(
	item: ItemRun,
	url: string,
	{ fileName, connections }: DownloadSettings,
	fallbackName: string,
	renewUrl: Storage['renewUrl'],
): Promise<IBinaryData> {
	const { context, signal } = item;
	return await transferPackage(n8nStorage(item, renewUrl), url, { connections, signal }, async (bytes, first) => {
		const { 'content-disposition': disposition, 'content-type': contentType } = first.headers;
		const name = (fileName && baseName(fileName)) ?? fileNameIn(disposition) ?? fallbackName;
		const announced = contentType?.split(';')[0]?.trim().toLowerCase();
		const untold = !announced || NO_TYPE.test(announced);
		// Left to itself, n8n looks at the name's ending, and takes what has none for text.
		const mimeType = untold ? (EXTENSION.test(name) ? undefined : 'application/octet-stream') : announced;
		return memory.recordStored(await context.helpers.prepareBinaryData(asReadable(bytes, first), name, mimeType));
	});
}
