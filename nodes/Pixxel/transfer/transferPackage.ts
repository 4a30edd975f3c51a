import { Failure } from '../ground/failure';
import { announcedDigests, DigestCheck } from './announcedDigests';
import { type Fetching, fromTheStart, megabytes, type TransferOptions } from './fetching';
import type { Storage, StorageAnswer } from './storage';

type Store<T> = (bytes: AsyncGenerator<Buffer>, first: StorageAnswer) => Promise<T>;

/**
 * Fetches a package from a signed URL, whatever the line does, and hands its bytes to `store`, in order
 * and checked: the exact package, or an exception.
 *
 * @param store takes the bytes and keeps them; what it returns is returned. When the package turns out to
 *   have been replaced half-way it is called again, and what it did before is to be forgotten.
 * @throws Failure that names neither the URL nor anything of it; Abandoned once the signal aborts
 */
export async function transferPackage<T>(
	storage: Storage,
	url: string,
	options: TransferOptions,
	store: Store<T>,
): Promise<T> {
	return await fromTheStart(storage, url, options, async (fetching) => {
		const first = await fetching.remote.open();
		const { length } = fetching.remote.version;
		if (length === undefined && !endIsTold(first)) {
			first.body.destroy();
			throw endless();
		}
		storage.report(`fetching ${length === undefined ? 'a package of unknown size' : megabytes(length)}`);
		return await storeChecked(fetching, first, store);
	});
}

/** Whether a body without a length that ends too early can be told from a whole one. */
function endIsTold({ headers }: StorageAnswer): boolean {
	return /chunked/i.test(headers['transfer-encoding'] ?? '') || announcedDigests(headers).length > 0;
}

function endless(): Failure {
	return new Failure(
		'The package could not be fetched: storage says neither how large it is nor where it ends',
		'Nobody could tell whether all of it has come. Make sure that no proxy between n8n and the storage removes its Content-Length.',
	);
}

async function storeChecked<T>(fetching: Fetching, first: StorageAnswer, store: Store<T>): Promise<T> {
	const { length } = fetching.remote.version;
	const digests = new DigestCheck(announcedDigests(first.headers));
	let delivered = 0;
	// Whatever the store makes of it: this is what is the matter with the bytes.
	let flaw: Failure | undefined;
	let complete = false;

	async function* bytes(): AsyncGenerator<Buffer> {
		for await (const chunk of fetching.read([{ from: 0, end: length ?? Infinity }], first)) {
			digests.update(chunk);
			delivered += chunk.length;
			yield chunk;
		}
		flaw = length !== undefined && delivered !== length ? wrongLength(length, delivered) : digests.flaw();
		if (flaw) throw flaw;
		complete = true;
	}

	const stored = await store(bytes(), first).catch(async (error) => await Promise.reject(flaw ?? error));
	if (complete) return stored;
	throw flaw ?? wrongLength(length, delivered);
}

function wrongLength(expected: number | undefined, got: number): Failure {
	return new Failure(
		`Only ${got} of the package's ${expected ?? 'unknown number of'} bytes could be stored`,
		'No file was handed on. Run the node again.',
	);
}
