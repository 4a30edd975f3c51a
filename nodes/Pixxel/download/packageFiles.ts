import type { IBinaryData, IDataObject } from 'n8n-workflow';
import { gathered } from '../ground/gathered';
import type { ItemResult, ItemWork } from '../item/perItem';
import { baseName } from '../transfer/announcedName';
import type { StorageAnswer } from '../transfer/storage';
import { transferParts } from '../transfer/transferParts';
import { inLanes } from '../zip/lanes';
import { listFiles } from '../zip/listFiles';
import type { ZipEntry } from '../zip/readDirectory';
import { TAIL_BYTES } from '../zip/source';
import { unpack, type Unpacking } from '../zip/unpack';
import type { DownloadSettings } from './downloadSettings';
import { fileType } from './fileType';
import { MemoryBound } from './MemoryBound';
import { storageOf, streamOf } from './n8nStorage';
import { wantedFiles } from './wantedFiles';

/** A file that is no larger goes to n8n in one piece: of thousands, that is three times as fast as streams. */
const SMALL_FILE_BYTES = 1024 * 1024;

/**
 * The files in a package that the user wants, each its own item, in the order of the package's directory. Only they are fetched; of
 * a list, nothing but the directory.
 *
 * @param json of each item, to which `file` is added
 * @param renewUrl a fresh signed URL, for when the first one expires half-way
 */
export async function packageFiles(
	item: ItemWork,
	url: string,
	{ connections, output, files, outputPropertyName }: DownloadSettings,
	json: IDataObject,
	renewUrl: () => Promise<string>,
): Promise<ItemResult[]> {
	const options = { connections, signal: item.signal };
	return await transferParts(storageOf(item, renewUrl), url, options, TAIL_BYTES, async (parts, first) => {
		const wanted = wantedFiles(await listFiles(parts), files);
		// First what differs from item to item: beside three IDs, n8n's table has no room for it.
		const asItem = (entry: ZipEntry) => ({ json: Object.assign({ file: {} }, json, { file: factsOf(entry) }) });
		if (output === 'packageList') return wanted.map(asItem);
		const stored = new Map<ZipEntry, IBinaryData>();
		const memory = new MemoryBound();
		const work = inLanes(wanted, connections).map((entries) => {
			const unpackings = unpack(parts, entries);
			const largest = entries.reduce((most, { size }) => Math.max(most, size), 0);
			const storeAll = async () => {
				for await (const each of unpackings) stored.set(each.entry, memory.noted(await store(item, each, first)));
			};
			return async () => await memory.hold(largest, storeAll);
		});
		await parts.together(work);
		return wanted.map((entry) => ({ ...asItem(entry), binary: { [outputPropertyName]: stored.get(entry) as IBinaryData } }));
	});
}

function factsOf({ path, size, modified }: ZipEntry): IDataObject {
	return { path, name: nameOf(path), size, ...(modified !== undefined && { modified }) };
}

/** The last part of a path, fit to name a file anywhere. */
function nameOf(path: string): string {
	return baseName(path) ?? 'file';
}

async function store({ context }: ItemWork, { entry, bytes }: Unpacking, first: StorageAnswer): Promise<IBinaryData> {
	const name = nameOf(entry.path);
	const type = fileType(name);
	if (entry.size <= SMALL_FILE_BYTES) {
		return await context.helpers.prepareBinaryData(await gathered(bytes), name, type);
	}
	return await context.helpers.prepareBinaryData(streamOf(bytes, first), name, type);
}
