import type { ByteRange } from '../../bytes/ByteRange';
import { networkCode } from '../../retry/networkErrors';
import type { RemotePackage } from '../remote/RemotePackage';
import { RetryBudget } from '../remote/RetryBudget';
import type { OpenStream } from '../remote/stallWatchdog';
import type { ByteStream, StorageAnswer } from '../remote/Storage';
import { RestartRequired } from '../remote/StorageClient';
import { isUndecodable, undecodable } from '../remote/storageErrors';
import { ByteQueue } from './ByteQueue';

/** What the segments of a package have in common. */
export interface SegmentContext {
	remote: RemotePackage;
	/** Where connections that are being read are listed. */
	open: Set<OpenStream>;
	/** Ends all of them. */
	signal: AbortSignal;
	/** Told of bytes that have arrived. */
	onBytes(bytes: number): void;
	/** @returns a promise where the segment has to wait before it takes more bytes */
	awaitCapacity(segment: Segment): Promise<void> | undefined;
	/** Told that a segment does not get its bytes; `throttled`: because storage would rather not serve it as well. */
	onBlocked(segment: Segment, throttled: boolean): void;
}

/** A range of the package that one connection fetches into memory, going on from its last byte whenever the line breaks. */
export class Segment {
	/** Its first byte. */
	readonly start: number;

	readonly queue = new ByteQueue();

	private readonly cancellation = new AbortController();
	private hasEnded = false;

	/** Next byte to arrive. */
	private position: number;

	/** First byte that is not part of it. */
	private end: number;

	private body: ByteStream | undefined;

	/** @param first an answer whose body starts at the range's first byte, where there is one already */
	constructor(
		private readonly context: SegmentContext,
		{ start, end }: ByteRange,
		private first?: StorageAnswer,
	) {
		this.start = start;
		this.position = start;
		this.end = end;
	}

	/** Bytes that have not arrived yet. */
	get bytesLeft(): number {
		return this.end - this.position;
	}

	/** Whether storage is sending it at the moment. */
	get isConnected(): boolean {
		return this.body !== undefined;
	}

	/** Whether bytes are still to come from the network. */
	get isFetching(): boolean {
		return !this.hasEnded && this.isIncomplete;
	}

	private get isIncomplete(): boolean {
		return this.position < this.end;
	}

	/**
	 * Makes the segment end `bytes` after what has arrived, if it does not end earlier.
	 *
	 * @returns what it leaves to others
	 */
	truncate(bytes: number): ByteRange {
		const end = this.end;
		this.end = Math.min(end, this.position + bytes);
		return { start: this.end, end };
	}

	/** Ends what is under way for it, and makes what has arrived all of it. Returns what it leaves to others. */
	cancel(): ByteRange {
		const rest = this.truncate(0);
		this.cancellation.abort();
		this.body?.destroy();
		this.queue.end();
		return rest;
	}

	/** Fetches the segment. Never throws: the queue's reader gets what went wrong. */
	async fetch(): Promise<void> {
		try {
			await this.fetchAll();
			this.queue.end();
		} catch (error) {
			this.queue.end(this.cancellation.signal.aborted ? undefined : error);
		} finally {
			this.hasEnded = true;
		}
	}

	private async fetchAll(): Promise<void> {
		const { remote, signal } = this.context;
		const budget = new RetryBudget(remote, AbortSignal.any([signal, this.cancellation.signal]), (throttled) =>
			this.context.onBlocked(this, throttled),
		);
		while (this.isIncomplete) {
			const answer = this.first ?? (await remote.openRange(this.position, this.end, budget));
			this.first = undefined;
			if (await this.read(answer.body, budget)) return;
			if (!this.isIncomplete) return;
			// Without a length there is nothing to check ranges against: what is here is of no use.
			if (this.end === Infinity) throw new RestartRequired('ranges-unsupported');
			await remote.waitBeforeRetry(budget, 'the connection broke off');
		}
	}

	/** @returns whether the segment is complete; false where the body ended or broke before that */
	private async read(body: ByteStream, budget: RetryBudget): Promise<boolean> {
		const { open } = this.context;
		const watched: OpenStream = { body, quietMs: 0, awaitingNetwork: true };
		open.add(watched);
		this.body = body;
		try {
			for await (const chunk of body) {
				budget.recordBytes();
				this.append(chunk);
				const capacity = this.context.awaitCapacity(this);
				if (capacity) {
					watched.awaitingNetwork = false;
					await capacity;
					watched.awaitingNetwork = true;
				}
				if (!this.isIncomplete) return true;
				watched.quietMs = 0;
			}
			return this.end === Infinity;
		} catch (error) {
			if (isUndecodable(networkCode(error))) throw undecodable();
			// Cut, or closed by the watchdog: how far it came is all that counts.
			return false;
		} finally {
			open.delete(watched);
			this.body = undefined;
			body.destroy();
		}
	}

	private append(chunk: Buffer): void {
		const wanted = Math.min(chunk.length, this.end - this.position);
		this.position += wanted;
		this.context.onBytes(wanted);
		if (wanted > 0) this.queue.push(wanted < chunk.length ? chunk.subarray(0, wanted) : chunk);
	}
}
