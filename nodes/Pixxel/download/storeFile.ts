import type { IBinaryData, IDataObject } from 'n8n-workflow';
import type { ItemRun } from '../item/perItem';
import type { PackageSource } from '../packages/PackageSource';
import { fileNameIn } from '../transfer/contentDisposition';
import { baseName } from '../transfer/fileNames';
import type { Storage } from '../transfer/remote/Storage';
import { transferPackage } from '../transfer/transferPackage';
import type { DownloadSettings } from './downloadSettings';
import { memory } from './BinaryMemoryLimit';
import { n8nStorage, asReadable } from './n8nStorage';

/** A file in n8n's keeping, and what an agent or a mail can say of it. */
interface StoredFile {
	file: IBinaryData;
	/** `size` in bytes. */
	facts: IDataObject;
}

/** Types by which storage says "bytes": the file's name says more. */
const NO_TYPE = /^(application|binary)\/(octet-stream|x-download|force-download)$/;
const EXTENSION = /\.[A-Za-z0-9]{1,8}$/;

/** Storage's name for a file, unless that is just the ID of what is in it, while somebody has given it a name. */
function nameOf(announced: string | undefined, { id, name }: ReturnType<PackageSource['fileName']>): string {
	const ending = announced && EXTENSION.exec(announced)?.[0];
	const isId = announced !== undefined && announced.toLowerCase() === `${id}${ending ?? ''}`.toLowerCase();
	return announced !== undefined && !(isId && name !== undefined) ? announced : `${name ?? id}${ending ?? '.zip'}`;
}

/**
 * Fetches the package behind a signed URL into n8n's binary data.
 *
 * @param known what else could name the file
 * @param renewUrl a fresh signed URL, for when the first one expires half-way
 * @throws Failure where not all of it can be fetched, or what came is not what storage announces
 */
export async function storeFile(
	item: ItemRun,
	url: string,
	{ fileName, connections }: DownloadSettings,
	known: ReturnType<PackageSource['fileName']>,
	renewUrl: Storage['renewUrl'],
): Promise<StoredFile> {
	const { context, signal } = item;
	return await transferPackage(n8nStorage(item, renewUrl), url, { connections, signal }, async (bytes, first) => {
		const { 'content-disposition': disposition, 'content-type': contentType } = first.headers;
		const name = (fileName && baseName(fileName)) ?? nameOf(fileNameIn(disposition), known);
		const announced = contentType?.split(';')[0]?.trim().toLowerCase();
		const untold = !announced || NO_TYPE.test(announced);
		// Left to itself, n8n looks at the name's ending, and takes what has none for text.
		const mimeType = untold ? (EXTENSION.test(name) ? undefined : 'application/octet-stream') : announced;
		let size = 0;
		const counted = async function* () {
			for await (const chunk of bytes) {
				size += chunk.length;
				yield chunk;
			}
		};
		const file = memory.recordStored(await context.helpers.prepareBinaryData(asReadable(counted(), first), name, mimeType));
		return { file, facts: { name: file.fileName, size, type: file.mimeType } };
	});
}
