import type { Failure } from '../ground/failure';
import { crc32 } from './crc32';
import { damagedFile } from './flaws';
import { type Flaw, inflate, NotInflatable } from './inflate';
import type { ZipEntry } from './readDirectory';

const DEFLATED = 8;

/**
 * A file's bytes, unpacked and checked.
 *
 * @param data its bytes as they lie in the archive, all of them
 * @throws Failure that names the file where they are not what the directory says
 */
export async function* unpackedBytes(entry: ZipEntry, data: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
	const { size, compressedSize, method } = entry;
	// An empty file needs no deflate stream, though most writers give it one.
	const isDeflated = method === DEFLATED && compressedSize > 0;
	let seen = 0;
	for await (const chunk of isDeflated ? inflated(entry, data) : stored(entry, data)) {
		seen += chunk.length;
		if (seen > size) throw flawed(entry, 'another size');
		yield chunk;
	}
	if (seen < size) throw flawed(entry, 'another size');
}

async function* stored(entry: ZipEntry, data: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
	let crc = 0;
	for await (const chunk of data) {
		crc = crc32(chunk, crc);
		yield chunk;
	}
	if (crc !== entry.crc32) throw flawed(entry, 'another checksum');
}

async function* inflated(entry: ZipEntry, data: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
	try {
		yield* inflate(data, entry);
	} catch (cause) {
		throw cause instanceof NotInflatable ? flawed(entry, cause.flaw) : cause;
	}
}

function flawed({ path, size }: ZipEntry, flaw: Flaw): Failure {
	const words: Record<Flaw, string> = {
		damaged: 'cannot be unpacked: its data is damaged',
		'another checksum': 'does not have the checksum that it is said to have',
		'another size': `does not unpack to the ${size} bytes that it is said to have`,
	};
	return damagedFile(path, words[flaw]);
}
