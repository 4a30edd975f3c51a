import { Failure } from '../errors/Failure';
import { announcedDigests, DigestCheck } from './digests';
import type { Storage, StorageAnswer } from './remote/Storage';
import { megabytes, type TransferAttempt, type TransferOptions } from './TransferAttempt';
import { LOOKED_AT_BYTES, mayBeUnexpected, unexpectedContent } from './unexpectedContent';
import { withRestarts } from './withRestarts';

type Store<T> = (bytes: AsyncGenerator<Buffer>, first: StorageAnswer) => Promise<T>;

/**
 * Fetches a package from a signed URL, whatever the line does, and hands its bytes to `store`, in order
 * and checked: the exact package, or an exception.
 *
 * @param store takes the bytes and keeps them; what it returns is returned. When the package turns out to
 *   have been replaced half-way it is called again, and what it did before is to be forgotten.
 * @throws Failure that names neither the URL nor anything of it; Cancelled once the signal aborts
 */
export async function transferPackage<T>(
	storage: Storage,
	url: string,
	options: TransferOptions,
	store: Store<T>,
): Promise<T> {
	return await withRestarts(storage, url, options, async (attempt) => {
		const first = await attempt.remote.open();
		const { length } = attempt.remote.version;
		if (length === undefined && !endIsTold(first)) {
			first.body.destroy();
			throw endless();
		}
		storage.report(`fetching ${length === undefined ? 'a package of unknown size' : megabytes(length)}`);
		return await storeChecked(attempt, first, store);
	});
}

/** Whether a body without a length that ends too early can be told from a whole one. */
function endIsTold(answer: StorageAnswer): boolean {
	const { headers, isDecoded } = answer;
	// Of what was decoded, the length is that of what was sent: HTTP itself notices where that breaks off.
	const isFramed = /chunked/i.test(headers['transfer-encoding'] ?? '') || (isDecoded && headers['content-length'] !== undefined);
	return isFramed || announcedDigests(answer).length > 0;
}

function endless(): Failure {
	return new Failure(
		'The package could not be fetched: storage says neither how large it is nor where it ends',
		'Nobody could tell whether all of it has come. Make sure that no proxy between n8n and the storage removes its Content-Length.',
	);
}

async function storeChecked<T>(attempt: TransferAttempt, first: StorageAnswer, store: Store<T>): Promise<T> {
	const { length } = attempt.remote.version;
	const digests = new DigestCheck(announcedDigests(first));
	let delivered = 0;
	let complete = false;

	// Before the store gets anything: a login page is no package, however exactly it arrives.
	const chunks = attempt.read([{ start: 0, end: length ?? Infinity }], first);
	const start = await startOf(chunks);
	const unexpected = unexpectedContent(first.headers['content-type'], Buffer.concat(start.chunks), start.isAll);
	if (unexpected) throw unexpected;

	async function* bytes(): AsyncGenerator<Buffer> {
		for await (const chunk of joined(start.chunks, chunks)) {
			digests.update(chunk);
			delivered += chunk.length;
			yield chunk;
		}
		const fault = length !== undefined && delivered !== length ? wrongLength(length, delivered) : digests.mismatch();
		if (fault) throw attempt.remember(fault);
		complete = true;
	}

	const stored = await store(bytes(), first);
	if (complete) return stored;
	throw wrongLength(length, delivered);
}

/** The first chunks: as many as it takes to tell what they are the beginning of. */
async function startOf(bytes: AsyncGenerator<Buffer>): Promise<{ chunks: Buffer[]; isAll: boolean }> {
	const chunks: Buffer[] = [];
	for (let start = Buffer.alloc(0); start.length < LOOKED_AT_BYTES && mayBeUnexpected(start); start = Buffer.concat(chunks)) {
		const { done, value } = await bytes.next();
		if (done) return { chunks, isAll: true };
		chunks.push(value);
	}
	return { chunks, isAll: false };
}

async function* joined(start: Buffer[], rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
	try {
		yield* start;
		yield* rest;
	} finally {
		await rest.return(undefined);
	}
}

function wrongLength(expected: number | undefined, got: number): Failure {
	return new Failure(
		`Only ${got} of the package's ${expected ?? 'unknown number of'} bytes could be stored`,
		'No file was output. Run the node again.',
	);
}
