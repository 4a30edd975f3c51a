import type { ByteRange } from '../bytes/ByteRange';
import { Cancelled } from '../errors/Failure';
import { AdaptiveConcurrency } from './concurrency/AdaptiveConcurrency';
import { MAX_BUFFERED_BYTES, type ResourceShare } from './concurrency/ResourceShare';
import { RemotePackage } from './remote/RemotePackage';
import { type OpenStream, STALL_MS, stallWatchdog } from './remote/stallWatchdog';
import type { Storage, StorageAnswer } from './remote/Storage';
import { extraConnections } from './segments/ConnectionLimiter';
import { SegmentQueue } from './segments/SegmentQueue';

export interface TransferOptions {
	/** Most connections to storage at a time. */
	connections: number;
	/** Ends the transfer and closes its connections. */
	signal: AbortSignal;
	/** Longest silence on a connection, in milliseconds. */
	stallMs?: number;
}

/** One of several pieces of work that read at the same time: resolves to it when it may start, which it then does. Waits no longer once the signal aborts. */
export type ConcurrentWork = (signal: AbortSignal) => Promise<() => Promise<void>>;

/** One attempt at a package, of one version of it. When it turns out to have been replaced, there is another. */
export class TransferAttempt {
	readonly remote: RemotePackage;
	readonly signal: AbortSignal;

	private readonly open = new Set<OpenStream>();
	private readonly end = new AbortController();
	/** One for each of those who read at the moment. */
	private readonly readers = new Set<AdaptiveConcurrency>();
	/** Bytes that were asked for, and those of them that have been read. */
	private wanted = 0;
	private delivered = 0;
	/** What went wrong first, whatever those who read make of it. */
	private firstError: unknown;

	constructor(
		private readonly storage: Storage,
		url: string,
		private readonly options: TransferOptions,
	) {
		// One signal for everything that this attempt opens, so that nothing of it outlives it. Not a listener on
		// the other one: many transfers share that, and Node takes more than ten listeners for a leak.
		this.signal = AbortSignal.any([options.signal, this.end.signal]);
		this.remote = new RemotePackage(storage, url, this.signal, this.open);
	}

	/**
	 * The bytes of ranges of the package, one after the other. Those who read at the same time share connections and memory.
	 *
	 * @param first the answer that opened the package, where its body is the only range
	 */
	async *read(ranges: readonly ByteRange[], first?: StorageAnswer): AsyncGenerator<Buffer> {
		const { storage, remote, open, signal } = this;
		// What was opened by a range has them; otherwise, the first answer says so.
		const knowsRanges = first === undefined || first.status === 206 || first.headers['accept-ranges'] === 'bytes';
		const concurrency = new AdaptiveConcurrency(this.share(knowsRanges), remote, () => storage.now());
		this.readers.add(concurrency);
		this.wanted += ranges.reduce((sum, { start, end }) => sum + end - start, 0);
		try {
			for await (const chunk of new SegmentQueue({ storage, remote, ranges, concurrency, open, signal, first }).bytes()) {
				this.delivered += chunk.length;
				yield chunk;
			}
		} catch (error) {
			this.remember(error);
			throw whyItEnded(error, signal);
		} finally {
			this.readers.delete(concurrency);
			first?.body.destroy();
		}
	}

	/** Has the attempt end with this error, whatever becomes of it on its way, unless something else went wrong before. Returns it. */
	remember<E>(error: E): E {
		if (!this.end.signal.aborted) this.firstError ??= error;
		return error;
	}

	/** What each of those who read at the moment may take. */
	private share(knowsRanges: boolean): ResourceShare {
		const { options, readers } = this;
		return {
			get connections() {
				return knowsRanges ? Math.max(1, Math.floor(options.connections / readers.size)) : 1;
			},
			get memory() {
				return MAX_BUFFERED_BYTES / readers.size;
			},
		};
	}

	/** Does several pieces of work, as many at the same time as there are connections for. When one fails, the whole attempt ends. */
	async runConcurrently(works: readonly ConcurrentWork[]): Promise<void> {
		const running = new Set<Promise<void>>();
		const failures: unknown[] = [];
		const fail = (error: unknown) => {
			failures.push(error);
			this.end.abort();
		};
		const start = async (work: ConcurrentWork) => {
			const run = await work(this.signal);
			// Only now, for one that waits has no use for a connection.
			while (running.size > 0 && !extraConnections.tryAcquire()) await Promise.race(running);
			const isExtra = running.size > 0;
			const done = run().catch(fail).finally(() => {
				running.delete(done);
				if (isExtra) extraConnections.release();
			});
			running.add(done);
		};
		for (const work of works) if (failures.length === 0) await start(work).catch(fail);
		await Promise.all(running);
		if (failures.length > 0) throw failures[0];
	}

	/** Does the work of this attempt, and closes what it opened. Throws what went wrong first. */
	async run<T>(work: () => Promise<T>): Promise<T> {
		const { storage, remote } = this;
		const startedAt = storage.now();
		const watchdog = stallWatchdog(storage, this.signal, this.open, this.options.stallMs ?? STALL_MS, () => this.reportProgress());
		try {
			const result = await work();
			if (this.firstError !== undefined) throw this.firstError;
			const seconds = (storage.now() - startedAt) / 1_000;
			storage.report(`fetched ${megabytes(this.delivered)} in ${seconds.toFixed(1)} s, ${remote.requestCount} request(s)`);
			return result;
		} catch (error) {
			throw whyItEnded(this.firstError ?? error, this.options.signal);
		} finally {
			this.end.abort();
			watchdog.stop();
		}
	}

	private reportProgress(): void {
		const connections = [...this.readers].reduce((sum, concurrency) => sum + concurrency.connections, 0);
		if (connections === 0) return;
		const share = this.wanted < Infinity ? ` (${Math.floor((this.delivered / this.wanted) * 100)} %)` : '';
		this.storage.report(`fetched ${megabytes(this.delivered)}${share}, ${connections} connection(s)`);
	}
}

/** Closing its connections breaks a transfer in many ways, but there is one reason. */
export function whyItEnded(error: unknown, signal: AbortSignal): unknown {
	return signal.aborted ? new Cancelled() : error;
}

/** For a log. */
export function megabytes(bytes: number): string {
	return `${(bytes / 1e6).toFixed(1)} MB`;
}
