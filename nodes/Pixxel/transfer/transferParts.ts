import { Failure } from '../ground/failure';
import { gathered } from '../ground/gathered';
import { type Fetching, fromTheStart, type Piece, type TransferOptions } from './fetching';
import { readStart, type Storage, type StorageAnswer } from './storage';
import type { Stretch } from './Stretches';
import { LOOKED_AT_BYTES, unexpectedContent } from './unexpectedContent';

/** A package of which only parts are fetched: all of them of one version. */
export interface PackageParts {
	/** Bytes of the package in all. */
	readonly length: number;
	/** Its last bytes: as many as were asked for, or all. */
	readonly tail: Buffer;
	/**
	 * The bytes of stretches of it, ascending and apart from each other, one after the other: over one or several
	 * connections, whatever the line and the URL do. Several may read at the same time: they share what there is.
	 */
	read(stretches: readonly Stretch[]): AsyncGenerator<Buffer>;
	/** Does pieces of work, several at the same time. When one fails, the others cannot read on. */
	together(pieces: readonly Piece[]): Promise<void>;
}

/**
 * Opens a package by its last bytes, and lets `use` fetch parts of it.
 *
 * @param use what it returns is returned. When the package turns out to have been replaced half-way it is called
 *   again, and what it did before is to be forgotten.
 * @throws Failure, also where storage hands out nothing but whole packages; Abandoned once the signal aborts
 */
export async function transferParts<T>(
	storage: Storage,
	url: string,
	options: TransferOptions,
	tailBytes: number,
	use: (parts: PackageParts, first: StorageAnswer) => Promise<T>,
): Promise<T> {
	return await fromTheStart(
		storage,
		url,
		options,
		async (fetching) => {
			const { tail, length, first } = await openAtTheEnd(fetching, tailBytes);
			const read = (stretches: readonly Stretch[]) => fetching.read(stretches);
			return await use({ length, tail, read, together: async (pieces) => await fetching.together(pieces) }, first);
		},
		onlyAsAWhole,
	);
}

interface Opened {
	length: number;
	tail: Buffer;
	first: StorageAnswer;
}

async function openAtTheEnd(fetching: Fetching, tailBytes: number): Promise<Opened> {
	const first = await fetching.remote.openTail(tailBytes);
	const { length } = fetching.remote.version;
	const from = Math.max(0, (length ?? Infinity) - tailBytes);
	if (length !== undefined && (first.status === 206 || from === 0)) {
		const tail = await gathered(fetching.read([{ from, end: length }], first));
		if (from === 0) throwIfUnexpected(first, tail, true);
		return { length, tail, first };
	}
	// What answers each request with one and the same page is no storage that knows no ranges.
	const start = await readStart(first.body, LOOKED_AT_BYTES);
	throwIfUnexpected(first, start.bytes, start.isAll);
	if (length === undefined) throw onlyAsAWhole();
	return { length, tail: await gathered(fetching.read([{ from, end: length }])), first };
}

function throwIfUnexpected({ headers }: StorageAnswer, start: Buffer, isAll: boolean): void {
	const unexpected = unexpectedContent(headers['content-type'], start, isAll);
	if (unexpected) throw unexpected;
}

function onlyAsAWhole(): Failure {
	return new Failure(
		'Single files cannot be fetched: this storage hands out nothing but whole packages',
		'Choose "File" under "Output": it fetches the package as it is.',
	);
}
