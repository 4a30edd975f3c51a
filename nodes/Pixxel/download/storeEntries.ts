import type { IBinaryData, IDataObject } from 'n8n-workflow';
import { Failure } from '../errors/Failure';
import { readAll } from '../bytes/readAll';
import { printable } from '../errors/printable';
import type { ItemResult, ItemRun } from '../item/perItem';
import { baseName } from '../transfer/fileNames';
import type { Storage, StorageAnswer } from '../transfer/remote/Storage';
import { transferParts } from '../transfer/transferParts';
import { listFiles } from '../zip/directory/listFiles';
import { extractEntries } from '../zip/extract/extractEntries';
import { partitionEntries } from '../zip/extract/partition';
import { type PlannedEntry, planExtraction } from '../zip/extract/planExtraction';
import { TAIL_BYTES } from '../zip/format/ArchiveSource';
import { modifiedAt, type ZipEntry } from '../zip/format/ZipEntry';
import type { DownloadSettings } from './downloadSettings';
import { mimeTypeOf } from './files/mimeTypes';
import { memory, SMALL_FILE_BYTES } from './BinaryMemoryLimit';
import { n8nStorage, asReadable } from './n8nStorage';
import { selectFiles } from './files/selectFiles';

/**
 * The files in a package that the user wants, each its own item, in the order of the package's directory. Only they are fetched; of
 * a list, nothing but the directory.
 *
 * @param json of each item, to which `file` is added
 * @param renewUrl a fresh signed URL, for when the first one expires half-way
 * @throws Failure where it is no ZIP, none of its files is wanted, or one that is wanted is not what the directory says
 */
export async function storeEntries(
	item: ItemRun,
	url: string,
	{ connections, output, files, outputPropertyName }: DownloadSettings,
	json: IDataObject,
	renewUrl: Storage['renewUrl'],
): Promise<ItemResult[]> {
	const options = { connections, signal: item.signal };
	return await transferParts(n8nStorage(item, renewUrl), url, options, TAIL_BYTES, async (parts, first) => {
		const wanted = selectFiles(await listFiles(parts), files);
		// First what differs from item to item: beside three IDs, n8n's table has no room for it.
		const asItem = (entry: ZipEntry) => ({ json: Object.assign({ file: {} }, json, { file: factsOf(entry) }) });
		if (output === 'packageList') return wanted.map(asItem);
		const planned = planExtraction(wanted, parts.length);
		const stored = new Map<ZipEntry, IBinaryData>();
		const work = partitionEntries(planned, connections).map((entries) => {
			const largest = entries.reduce((most, { size }) => Math.max(most, size), 0);
			const storeAll = async () => {
				await extractEntries(parts, entries, async (entry, bytes) => {
					stored.set(entry, memory.recordStored(await store(item, entry, bytes, first)));
				});
			};
			return async (signal: AbortSignal) => {
				const leave = await memory.enter(largest, signal);
				return async () => await storeAll().finally(leave);
			};
		});
		await parts.runConcurrently(work);
		return planned.map((entry) => ({ ...asItem(entry), binary: { [outputPropertyName]: stored.get(entry) as IBinaryData } }));
	});
}

/** Length and checksum are looked at when the last bytes have been taken: what is closed before that looks as if it had ended. */
function notAllStored({ path, size }: PlannedEntry): Failure {
	return new Failure(`Not all of the ${size} bytes of "${printable(path)}" could be stored`, 'No file was output. Run the node again.');
}

function factsOf(entry: ZipEntry): IDataObject {
	const { path, size } = entry;
	const modified = modifiedAt(entry);
	return { path, name: nameOf(path), ...(size !== undefined && { size }), ...(modified !== undefined && { modified }) };
}

/** The last part of a path, fit to name a file anywhere. */
function nameOf(path: string): string {
	return baseName(path) ?? 'file';
}

async function store({ context }: ItemRun, entry: PlannedEntry, bytes: AsyncGenerator<Buffer>, first: StorageAnswer): Promise<IBinaryData> {
	const name = nameOf(entry.path);
	const type = mimeTypeOf(name);
	if (entry.size <= SMALL_FILE_BYTES) {
		return await context.helpers.prepareBinaryData(await readAll(bytes), name, type);
	}
	let isComplete = false;
	async function* noted(): AsyncGenerator<Buffer> {
		yield* bytes;
		isComplete = true;
	}
	const stored = await context.helpers.prepareBinaryData(asReadable(noted(), first), name, type);
	if (!isComplete) throw notAllStored(entry);
	return stored;
}
