import type { ByteRange } from '../bytes/ByteRange';
import { Failure } from '../errors/Failure';
import { readAll } from '../bytes/readAll';
import { firstByteOf } from './remote/objectVersion';
import type { Storage, StorageAnswer } from './remote/Storage';
import type { ConcurrentWork, TransferAttempt, TransferOptions } from './TransferAttempt';
import { LOOKED_AT_BYTES, unexpectedContent } from './unexpectedContent';
import { withRestarts } from './withRestarts';

/** A package of which only parts are fetched: all of them of one version. */
export interface PackageParts {
	/** Bytes of the package in all. */
	readonly length: number;
	/** Its last bytes: as many as were asked for, or all. */
	readonly tail: Buffer;
	/**
	 * The bytes of ranges of it, ascending and apart from each other, one after the other: over one or several
	 * connections, whatever the line and the URL do. Several may read at the same time: they share what there is.
	 */
	read(ranges: readonly ByteRange[]): AsyncGenerator<Buffer>;
	/** Does several pieces of work at the same time. When one fails, the others cannot read on. */
	runConcurrently(works: readonly ConcurrentWork[]): Promise<void>;
}

/**
 * Opens a package by its last bytes, and lets `use` fetch parts of it.
 *
 * @param use what it returns is returned. When the package turns out to have been replaced half-way it is called
 *   again, and what it did before is to be forgotten.
 * @throws Failure, also where storage hands out nothing but whole packages; Cancelled once the signal aborts
 */
export async function transferParts<T>(
	storage: Storage,
	url: string,
	options: TransferOptions,
	tailBytes: number,
	use: (parts: PackageParts, first: StorageAnswer) => Promise<T>,
): Promise<T> {
	return await withRestarts(
		storage,
		url,
		options,
		async (attempt) => {
			const { tail, length, first } = await openAtTheEnd(attempt, tailBytes);
			const read = (ranges: readonly ByteRange[]) => readParts(attempt, length, tail, ranges);
			return await use({ length, tail, read, runConcurrently: async (works) => await attempt.runConcurrently(works) }, first);
		},
		onlyAsAWhole,
	);
}

interface Opened {
	length: number;
	tail: Buffer;
	first: StorageAnswer;
}

async function openAtTheEnd(attempt: TransferAttempt, tailBytes: number): Promise<Opened> {
	const { remote } = attempt;
	const first = await remote.openTail(tailBytes);
	const { length } = remote.version;
	const start = Math.max(0, (length ?? Infinity) - tailBytes);
	if (length !== undefined && firstByteOf(first) === start) {
		const tail = await readAll(attempt.read([{ start, end: length }], first));
		if (start === 0) throwIfUnexpected(first, tail, true);
		return { length, tail, first };
	}
	// What answers each request with one and the same page is no storage that knows no ranges.
	const { bytes, isAll } = await remote.peek(first, LOOKED_AT_BYTES);
	throwIfUnexpected(first, bytes, isAll);
	if (length === undefined) throw onlyAsAWhole();
	return { length, tail: await readAll(attempt.read([{ start, end: length }])), first };
}

/** What lies in the tail is here already. */
async function* readParts(attempt: TransferAttempt, length: number, tail: Buffer, ranges: readonly ByteRange[]): AsyncGenerator<Buffer> {
	const tailStart = length - tail.length;
	const before = ranges.filter(({ start }) => start < tailStart).map(({ start, end }) => ({ start, end: Math.min(end, tailStart) }));
	if (before.length > 0) yield* attempt.read(before);
	for (const { start, end } of ranges) {
		// A copy, for the reader may free the memory.
		if (end > tailStart) yield Buffer.from(tail.subarray(Math.max(0, start - tailStart), end - tailStart));
	}
}

function throwIfUnexpected({ headers }: StorageAnswer, start: Buffer, isAll: boolean): void {
	const unexpected = unexpectedContent(headers['content-type'], start, isAll);
	if (unexpected) throw unexpected;
}

function onlyAsAWhole(): Failure {
	return new Failure(
		'Single files cannot be fetched: this storage serves whole packages only',
		'Choose "File" under "Output": it fetches the package as it is.',
	);
}
