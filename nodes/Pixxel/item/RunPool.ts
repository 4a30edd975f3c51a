import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { Cancelled } from '../errors/Failure';

/**
 * What the items of one node run share: a bound on how many are at work, and one way to end them all.
 *
 * n8n's declarative engine starts every input item at once, a thousand as soon as one. Its `executeData`
 * object is the same for all items of a run, so the pool hangs on that.
 */
export class RunPool {
	private static readonly pools = new WeakMap<object, RunPool>();

	private readonly end = new AbortController();

	/** Aborts when the execution is cancelled, or when an item has ended the run. */
	readonly signal: AbortSignal;

	private readonly items = new Set<number>();

	private readonly queue: Array<() => void> = [];

	/** Places; undefined as long as no item has asked for one. */
	private free: number | undefined;

	private constructor(cancel: AbortSignal | undefined) {
		// No listener on `cancel`: in a loop, one for each run would pile up on it.
		this.signal = AbortSignal.any([this.end.signal, ...(cancel ? [cancel] : [])]);
	}

	/**
	 * The pool of an item's run. An item that comes once more belongs to a new run: n8n's "Retry On Fail", and an agent that
	 * calls its tool again, give the same `executeData` to each.
	 */
	static of(context: IExecuteSingleFunctions): RunPool {
		const run = context.getExecuteData();
		const item = context.getItemIndex();
		let pool = RunPool.pools.get(run);
		if (!pool || pool.items.has(item)) {
			pool = new RunPool(context.getExecutionCancelSignal());
			RunPool.pools.set(run, pool);
		}
		pool.items.add(item);
		return pool;
	}

	/** Ends all work of this run. Items that wait end in their turn, which comes as those at work end. */
	abort(): void {
		this.end.abort();
	}

	/**
	 * Runs `work` as soon as there is a place for it.
	 *
	 * @param size most items at work at once; the first one that asks for a place decides for all
	 * @throws Cancelled where the run ended first
	 */
	async run<T>(size: number, work: () => Promise<T>): Promise<T> {
		this.free ??= size;
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => this.queue.push(resolve));
		try {
			if (this.signal.aborted) throw new Cancelled();
			return await work();
		} finally {
			const next = this.queue.shift();
			if (next) next();
			else this.free++;
		}
	}
}
