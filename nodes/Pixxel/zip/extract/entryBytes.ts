import type { Failure } from '../../ground/failure';
import { crc32 } from '../format/crc32';
import type { ZipEntry } from '../format/ZipEntry';
import { damagedFile } from '../format/zipErrors';
import { DEFLATED } from '../format/zipFormat';
import { type DataFault, inflate, InflateError } from './inflate';

/**
 * A file's bytes, unpacked and checked.
 *
 * @param data its bytes as they lie in the archive, all of them
 * @throws Failure that names the file where they are not what the directory says
 */
export async function* entryBytes(entry: ZipEntry, data: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
	const { size, compressedSize, compressionMethod } = entry;
	// An empty file needs no deflate stream, though most writers give it one.
	const isDeflated = compressionMethod === DEFLATED && compressedSize > 0;
	let seen = 0;
	for await (const chunk of isDeflated ? inflated(entry, data) : stored(entry, data)) {
		seen += chunk.length;
		if (seen > size) throw faulty(entry, 'another size');
		yield chunk;
	}
	if (seen < size) throw faulty(entry, 'another size');
}

async function* stored(entry: ZipEntry, data: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
	let crc = 0;
	for await (const chunk of data) {
		crc = crc32(chunk, crc);
		yield chunk;
	}
	if (crc !== entry.crc32) throw faulty(entry, 'another checksum');
}

async function* inflated(entry: ZipEntry, data: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
	try {
		yield* inflate(data, entry);
	} catch (cause) {
		throw cause instanceof InflateError ? faulty(entry, cause.fault) : cause;
	}
}

function faulty({ path, size }: ZipEntry, fault: DataFault): Failure {
	const words: Record<DataFault, string> = {
		damaged: 'cannot be unpacked: its data is damaged',
		'another checksum': 'does not have the checksum that it is said to have',
		'another size': `does not unpack to the ${size} bytes that it is said to have`,
	};
	return damagedFile(path, words[fault]);
}
