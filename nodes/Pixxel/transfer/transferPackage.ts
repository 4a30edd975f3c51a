import { Abandoned, Failure } from '../ground/failure';
import { announcedDigests, DigestCheck } from './announcedDigests';
import type { OpenBody } from './Block';
import { inOrder } from './inOrder';
import { RemotePackage, StartAnew } from './RemotePackage';
import { Splitting } from './Splitting';
import type { Storage, StorageAnswer } from './storage';

/** A package whose fetching had to begin again this often changes faster than it can be fetched. */
const MOST_STARTS = 5;

/** A connection on which nothing moves for this long is given up, and its work taken up by a new one. */
export const STALL_MS = 30_000;

const WATCH_EVERY_MS = 1_000;
const REPORT_EVERY_MS = 10_000;
const PAUSE_BEFORE_RESTART_MS = 1_000;

export interface TransferOptions {
	/** Most connections to storage at a time. */
	connections: number;
	/** Ends the transfer and closes its connections. */
	signal: AbortSignal;
	/** Longest silence on a connection, in milliseconds. */
	stallMs?: number;
}

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
	{ connections, signal, stallMs = STALL_MS }: TransferOptions,
	store: (bytes: AsyncGenerator<Buffer>, first: StorageAnswer) => Promise<T>,
): Promise<T> {
	let reason: StartAnew['reason'] | undefined;
	for (let start = 1; start <= MOST_STARTS; start++) {
		if (start > 1) await storage.pause(PAUSE_BEFORE_RESTART_MS * (start - 1), signal);
		// One signal for everything that this start opens, so that nothing of it outlives it. Not a listener on
		// the other one: many transfers share that, and Node takes more than ten listeners for a leak.
		const end = new AbortController();
		const ended = AbortSignal.any([signal, end.signal]);
		const remote = new RemotePackage(storage, url, ended);
		try {
			if (signal.aborted) throw new Abandoned();
			return await fetchOnce(storage, remote, { connections, signal: ended, stallMs }, store);
		} catch (error) {
			if (signal.aborted || !(error instanceof StartAnew)) throw whyItEnded(error, signal);
			reason = error.reason;
			url = remote.url;
			storage.report(`starting anew: ${reason === 'replaced' ? 'the package was replaced' : 'storage cannot resume'}`);
		} finally {
			end.abort();
		}
	}
	throw reason === 'replaced'
		? new Failure(
				`The package was replaced ${MOST_STARTS} times while it was being fetched`,
				'Someone is having it packaged again and again. Wait until that has ended, then run the node again.',
			)
		: new Failure(
				`The connection broke ${MOST_STARTS} times, and this storage cannot resume`,
				'Run the node again, if possible from a machine with a steadier line.',
			);
}

async function fetchOnce<T>(
	storage: Storage,
	remote: RemotePackage,
	{ connections, signal, stallMs }: Required<TransferOptions>,
	store: (bytes: AsyncGenerator<Buffer>, first: StorageAnswer) => Promise<T>,
): Promise<T> {
	const first = await remote.open();
	const { length } = remote.version;
	const splitting = new Splitting(first.headers['accept-ranges'] === 'bytes' ? connections : 1);
	const digests = new DigestCheck(announcedDigests(first.headers));
	const open = new Set<OpenBody>();
	let delivered = 0;
	let trouble: unknown;
	let complete = false;

	async function* bytes(): AsyncGenerator<Buffer> {
		try {
			for await (const chunk of inOrder(remote, first, splitting, open)) {
				digests.update(chunk);
				delivered += chunk.length;
				yield chunk;
			}
			if (length !== undefined && delivered !== length) throw wrongLength(length, delivered);
			digests.verify();
			complete = true;
		} catch (error) {
			// Whatever the store makes of it: this is what went wrong.
			trouble = error;
			throw whyItEnded(error, signal);
		}
	}

	const startedAt = Date.now();
	storage.report(`fetching ${length === undefined ? 'a package of unknown size' : megabytes(length)}`);
	const watch = watchOver(storage, signal, open, stallMs, () => {
		const share = length ? ` (${Math.floor((delivered / length) * 100)} %)` : '';
		storage.report(`fetched ${megabytes(delivered)}${share}, ${splitting.connections} connection(s)`);
	});
	try {
		const stored = await store(bytes(), first);
		if (!complete) throw trouble ?? wrongLength(length, delivered);
		const seconds = (Date.now() - startedAt) / 1_000;
		storage.report(`fetched ${megabytes(delivered)} in ${seconds.toFixed(1)} s, ${remote.tries} request(s)`);
		return stored;
	} catch (error) {
		throw whyItEnded(trouble ?? error, signal);
	} finally {
		watch.stop();
		for (const { body } of open) body.destroy();
		first.body.destroy();
	}
}

/** Closes connections that stall, and tells now and then how far the transfer is. */
function watchOver(
	storage: Storage,
	signal: AbortSignal,
	open: Set<OpenBody>,
	stallMs: number,
	tell: () => void,
): { stop(): void } {
	let stopped = false;
	const close = () => {
		for (const { body } of open) body.destroy();
	};
	signal.addEventListener('abort', close, { once: true });
	void (async () => {
		let toldAt = Date.now();
		while (!stopped && !signal.aborted) {
			await storage.pause(Math.min(WATCH_EVERY_MS, stallMs), signal);
			if (stopped) return;
			const now = Date.now();
			for (const { body, waiting, movedAt } of open) {
				if (waiting && now - movedAt >= stallMs) body.destroy();
			}
			if (now - toldAt >= REPORT_EVERY_MS) {
				toldAt = now;
				tell();
			}
		}
	})().catch(() => {
		// The signal ended the pause: there is nothing left to watch.
	});
	return {
		stop() {
			stopped = true;
			signal.removeEventListener('abort', close);
		},
	};
}

function wrongLength(expected: number | undefined, got: number): Failure {
	return new Failure(
		`Only ${got} of the package's ${expected ?? 'unknown number of'} bytes could be stored`,
		'No file was handed on. Run the node again.',
	);
}

/** Closing its connections breaks a transfer in many ways, but there is one reason. */
function whyItEnded(error: unknown, signal: AbortSignal): unknown {
	return signal.aborted ? new Abandoned() : error;
}

function megabytes(bytes: number): string {
	return `${(bytes / 1e6).toFixed(1)} MB`;
}
