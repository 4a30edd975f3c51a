import type { Failure } from '../../errors/Failure';
import { crc32 } from '../format/crc32';
import { damagedFile } from '../format/zipErrors';
import { DEFLATED } from '../format/zipFormat';
import { DataError, type DataFault } from '../format/DataError';
import { inflate } from './inflate';
import { inflateToItsEnd } from './inflateToItsEnd';
import type { PlannedEntry } from './planExtraction';

/** Whether a file's compressed size is believed, or its data read for as long as it goes on. */
export type Reading = 'as told' | 'to its end';

/**
 * A file's bytes, unpacked and checked.
 *
 * @param data its bytes as they lie in the archive, all of them; or, where it is read to its end, what may be more
 * @param onFlaw gets what is wrong with them before it is thrown: consumers may make something else of it
 * @throws Failure that names the file where they are not what the directory says
 */
export async function* entryBytes(
	entry: PlannedEntry,
	data: AsyncGenerator<Buffer>,
	reading: Reading,
	onFlaw: (flaw: Failure) => void,
): AsyncGenerator<Buffer> {
	let seen = 0;
	const flawed = (fault: DataFault) => {
		const flaw = faulty(entry, fault);
		onFlaw(flaw);
		return flaw;
	};
	try {
		for await (const chunk of unpacked(entry, data, reading)) {
			seen += chunk.length;
			if (seen > entry.size) throw new DataError('another size');
			yield chunk;
		}
		if (seen < entry.size) throw new DataError('another size');
	} catch (cause) {
		throw cause instanceof DataError ? flawed(cause.fault) : cause;
	}
}

function unpacked(entry: PlannedEntry, data: AsyncGenerator<Buffer>, reading: Reading): AsyncGenerator<Buffer> {
	// An empty file needs no deflate stream, though most writers give it one.
	const isEmpty = entry.size === 0 && entry.compressedSize === 0;
	if (entry.compressionMethod !== DEFLATED || isEmpty) return checked(data, entry.crc32);
	return reading === 'as told' ? inflate(data, entry) : checked(inflateToItsEnd(data, entry.size), entry.crc32);
}

async function* checked(bytes: AsyncGenerator<Buffer>, expected: number): AsyncGenerator<Buffer> {
	let crc = 0;
	for await (const chunk of bytes) {
		crc = crc32(chunk, crc);
		yield chunk;
	}
	if (crc !== expected) throw new DataError('another checksum');
}

function faulty({ path, size }: PlannedEntry, fault: DataFault): Failure {
	const words: Record<DataFault, string> = {
		damaged: 'cannot be unpacked: its data is damaged',
		'another checksum': 'does not have the checksum that it is said to have',
		'another size': `does not unpack to the ${size} bytes that it is said to have`,
	};
	return damagedFile(path, words[fault]);
}
