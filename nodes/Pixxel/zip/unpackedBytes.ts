import { crc32 } from './crc32';
import { damagedFile } from './flaws';
import { inflate, NotInflatable } from './inflate';
import type { ZipEntry } from './readDirectory';

const DEFLATED = 8;

/**
 * A file's bytes, unpacked and checked.
 *
 * @param data its bytes as they lie in the archive, all of them
 * @throws Failure that names the file where they are not what the directory says
 */
export async function* unpackedBytes(entry: ZipEntry, data: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
	const { path, size } = entry;
	let seen = 0;
	let crc = 0;
	const chunks = entry.method === DEFLATED ? inflated(path, data, size) : data;
	for await (const chunk of chunks) {
		seen += chunk.length;
		if (seen > size) throw damagedFile(path, `unpacks to more than the ${size} bytes that it is said to have`);
		crc = crc32(chunk, crc);
		yield chunk;
	}
	if (seen < size) throw damagedFile(path, `unpacks to ${seen} of the ${size} bytes that it is said to have`);
	if (crc !== entry.crc32) throw damagedFile(path, 'does not have the checksum that it is said to have');
}

async function* inflated(path: string, data: AsyncGenerator<Buffer>, size: number): AsyncGenerator<Buffer> {
	try {
		yield* inflate(data, size);
	} catch (cause) {
		throw cause instanceof NotInflatable ? damagedFile(path, 'cannot be unpacked: its data is damaged') : cause;
	}
}
