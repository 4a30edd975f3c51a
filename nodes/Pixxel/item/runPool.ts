import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { Abandoned } from '../ground/failure';

/**
 * What the items of one node run share: a bound on how many are at work, and one way to end them all.
 *
 * n8n's declarative engine starts every input item at once, a thousand as soon as one. Its `executeData`
 * object is the same for all items of a run and for no other, so the pool hangs on that.
 */
export class RunPool {
	private static readonly pools = new WeakMap<object, RunPool>();

	private readonly end = new AbortController();

	private readonly queue: Array<() => void> = [];

	private free: number;

	private constructor(size: number, cancel: AbortSignal | undefined) {
		this.free = size;
		const abort = () => this.abandon();
		if (cancel?.aborted) abort();
		cancel?.addEventListener('abort', abort, { once: true });
	}

	/** @param size most items at work at once; the first item of a run decides for all */
	static of(context: IExecuteSingleFunctions, size: number): RunPool {
		const run = context.getExecuteData();
		let pool = RunPool.pools.get(run);
		if (!pool) {
			pool = new RunPool(size, context.getExecutionCancelSignal());
			RunPool.pools.set(run, pool);
		}
		return pool;
	}

	/** Aborts when the execution is cancelled, or when an item has ended the run. */
	get signal(): AbortSignal {
		return this.end.signal;
	}

	/** Ends all work of this run: items that wait never start. */
	abandon(): void {
		this.end.abort();
		for (const wake of this.queue.splice(0)) wake();
	}

	/**
	 * Runs `work` as soon as there is a place for it.
	 *
	 * @throws Abandoned where the run ended first
	 */
	async run<T>(work: () => Promise<T>): Promise<T> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => this.queue.push(resolve));
		try {
			if (this.signal.aborted) throw new Abandoned();
			return await work();
		} finally {
			const next = this.queue.shift();
			if (next) next();
			else this.free++;
		}
	}
}
