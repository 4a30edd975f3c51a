import { Abandoned, Failure } from '../ground/failure';
import type { OpenBody } from './Block';
import { company } from './company';
import { inOrder } from './inOrder';
import { MEMORY_BYTES, type Share } from './lineDecisions';
import { RemotePackage, StartAnew } from './RemotePackage';
import { Splitting } from './Splitting';
import type { Storage, StorageAnswer } from './storage';
import type { Stretch } from './Stretches';
import { watchOver } from './watchOver';

/** A package whose fetching had to begin again this often changes faster than it can be fetched. */
const MOST_STARTS = 5;

/** A connection on which nothing moves for this long is given up, and its work taken up by a new one. */
export const STALL_MS = 30_000;

const PAUSE_BEFORE_RESTART_MS = 1_000;

export interface TransferOptions {
	/** Most connections to storage at a time. */
	connections: number;
	/** Ends the transfer and closes its connections. */
	signal: AbortSignal;
	/** Longest silence on a connection, in milliseconds. */
	stallMs?: number;
}

/** Work of those who read at the same time: resolves to it when it may begin, which it then does. Waits no longer once the signal aborts. */
export type Piece = (signal: AbortSignal) => Promise<() => Promise<void>>;

/** One go at a package, of one version of it. When it turns out to have been replaced, there is another. */
export class Fetching {
	readonly remote: RemotePackage;
	readonly signal: AbortSignal;

	private readonly open = new Set<OpenBody>();
	private readonly end = new AbortController();
	/** How those who read at the moment go about it. */
	private readonly readings = new Set<Splitting>();
	/** Bytes that were asked for, and those of them that have been read. */
	private wanted = 0;
	private delivered = 0;
	private trouble: unknown;

	constructor(
		private readonly storage: Storage,
		url: string,
		private readonly options: TransferOptions,
	) {
		// One signal for everything that this go opens, so that nothing of it outlives it. Not a listener on
		// the other one: many transfers share that, and Node takes more than ten listeners for a leak.
		this.signal = AbortSignal.any([options.signal, this.end.signal]);
		this.remote = new RemotePackage(storage, url, this.signal);
	}

	/**
	 * The bytes of stretches of the package, one after the other. Those who read at the same time share connections and memory.
	 *
	 * @param first the answer that opened the package, where its body is the only stretch
	 */
	async *read(stretches: readonly Stretch[], first?: StorageAnswer): AsyncGenerator<Buffer> {
		const { storage, remote, open, signal } = this;
		// What was opened by a range has them; otherwise, the first answer says so.
		const ranges = first === undefined || first.status === 206 || first.headers['accept-ranges'] === 'bytes';
		const splitting = new Splitting(this.share(ranges), remote, () => storage.now());
		this.readings.add(splitting);
		this.wanted += stretches.reduce((sum, { from, end }) => sum + end - from, 0);
		try {
			for await (const chunk of inOrder({ storage, remote, stretches, splitting, open, signal, first })) {
				this.delivered += chunk.length;
				yield chunk;
			}
		} catch (error) {
			// Whatever the reader makes of it: this is what went wrong, unless something else had before.
			if (!this.end.signal.aborted) this.trouble ??= error;
			throw whyItEnded(error, signal);
		} finally {
			this.readings.delete(splitting);
			first?.body.destroy();
		}
	}

	/** What each of those who read at the moment may take. */
	private share(ranges: boolean): Share {
		const { options, readings } = this;
		return {
			get connections() {
				return ranges ? Math.max(1, Math.floor(options.connections / readings.size)) : 1;
			},
			get memory() {
				return MEMORY_BYTES / readings.size;
			},
		};
	}

	/** Does pieces of work, as many at the same time as there are connections for. When one fails, all of this go ends. */
	async together(pieces: readonly Piece[]): Promise<void> {
		const underWay = new Set<Promise<void>>();
		const failures: unknown[] = [];
		const fail = (error: unknown) => {
			failures.push(error);
			this.end.abort();
		};
		const begin = async (piece: Piece) => {
			const work = await piece(this.signal);
			// Only now, for whoever waits has no use for a place.
			while (underWay.size > 0 && !company.take()) await Promise.race(underWay);
			const isExtra = underWay.size > 0;
			const done = work().catch(fail).finally(() => {
				underWay.delete(done);
				if (isExtra) company.leave();
			});
			underWay.add(done);
		};
		for (const piece of pieces) if (failures.length === 0) await begin(piece).catch(fail);
		await Promise.all(underWay);
		if (failures.length > 0) throw failures[0];
	}

	/** Does the work of this go, and closes what it opened. Throws what went wrong first. */
	async run<T>(work: () => Promise<T>): Promise<T> {
		const { storage, remote } = this;
		const startedAt = storage.now();
		const watch = watchOver(storage, this.signal, this.open, this.options.stallMs ?? STALL_MS, () => this.tell());
		try {
			const result = await work();
			if (this.trouble !== undefined) throw this.trouble;
			const seconds = (storage.now() - startedAt) / 1_000;
			storage.report(`fetched ${megabytes(this.delivered)} in ${seconds.toFixed(1)} s, ${remote.tries} request(s)`);
			return result;
		} catch (error) {
			throw whyItEnded(this.trouble ?? error, this.options.signal);
		} finally {
			this.end.abort();
			watch.stop();
		}
	}

	private tell(): void {
		const connections = [...this.readings].reduce((sum, splitting) => sum + splitting.connections, 0);
		if (connections === 0) return;
		const share = this.wanted < Infinity ? ` (${Math.floor((this.delivered / this.wanted) * 100)} %)` : '';
		this.storage.report(`fetched ${megabytes(this.delivered)}${share}, ${connections} connection(s)`);
	}
}

/**
 * Has a package fetched, from the start again each time it turns out to have been replaced.
 *
 * @param work what it did before is to be forgotten when it is called again
 * @param cannotResume what to say where storage knows no ranges; left out, the package is begun anew then as well
 * @throws Failure that names neither the URL nor anything of it; Abandoned once the signal aborts
 */
export async function fromTheStart<T>(
	storage: Storage,
	url: string,
	options: TransferOptions,
	work: (fetching: Fetching) => Promise<T>,
	cannotResume?: () => Failure,
): Promise<T> {
	const { signal } = options;
	let reason: StartAnew['reason'] | undefined;
	for (let start = 1; start <= MOST_STARTS; start++) {
		if (start > 1) await storage.pause(PAUSE_BEFORE_RESTART_MS * (start - 1), signal);
		if (signal.aborted) throw new Abandoned();
		const fetching = new Fetching(storage, url, options);
		try {
			return await fetching.run(async () => await work(fetching));
		} catch (error) {
			if (signal.aborted || !(error instanceof StartAnew)) throw whyItEnded(error, signal);
			reason = error.reason;
			if (reason === 'no ranges' && cannotResume) throw cannotResume();
			url = fetching.remote.url;
			// Storage that says that it knows ranges, behind somebody who takes them out of requests, is asked for nothing but the whole.
			if (reason === 'no ranges') options = { ...options, connections: 1 };
			storage.report(`starting anew: ${reason === 'replaced' ? 'the package was replaced' : 'storage cannot resume'}`);
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

/** Closing its connections breaks a transfer in many ways, but there is one reason. */
function whyItEnded(error: unknown, signal: AbortSignal): unknown {
	return signal.aborted ? new Abandoned() : error;
}

/** For a log. */
export function megabytes(bytes: number): string {
	return `${(bytes / 1e6).toFixed(1)} MB`;
}
