import type { ByteRange } from '../../bytes/ByteRange';
import type { AdaptiveConcurrency } from '../concurrency/AdaptiveConcurrency';
import { FIRST_SEGMENT_BYTES, nextSegmentBytes } from '../concurrency/segmentSizing';
import type { RemotePackage } from '../remote/RemotePackage';
import type { OpenStream } from '../remote/stallWatchdog';
import type { Storage, StorageAnswer } from '../remote/Storage';
import { extraConnections } from './ConnectionLimiter';
import { PendingRanges } from './PendingRanges';
import { ReadAhead } from './ReadAhead';
import { Segment, type SegmentContext } from './Segment';

/** After this, a fast line has brought megabytes, and one far away hardly anything. */
const EARLY_PROBE_MS = 20;

/** Segments for each connection, with those that have arrived before their turn. */
const MAX_SEGMENTS_PER_CONNECTION = 4;

/** What there is to fetch, from where, and how. */
export interface ReadRequest {
	storage: Storage;
	remote: RemotePackage;
	/** Ascending, and apart from each other. */
	ranges: readonly ByteRange[];
	concurrency: AdaptiveConcurrency;
	/** Where connections that are being read are listed. */
	open: Set<OpenStream>;
	signal: AbortSignal;
	/** The answer that opened the package, where its body starts at the first range. */
	first?: StorageAnswer;
}

/** The segments that are being fetched, or have been and wait for their turn, in the order of their bytes: the reader takes from the first one. */
export class SegmentQueue {
	private readonly segments: Segment[] = [];
	private readonly pending: PendingRanges;
	private readonly context: SegmentContext;
	private readonly readAhead: ReadAhead;
	private isClosed = false;

	/** Bytes that have arrived, and how many of them the concurrency knows of. */
	private received = 0;
	private recordedBytes = 0;

	/** Segments started since there are several connections. */
	private segmentsStarted = 0;

	constructor(private readonly request: ReadRequest) {
		this.pending = new PendingRanges(request.ranges);
		this.readAhead = new ReadAhead(this.segments, request.concurrency);
		this.context = {
			remote: request.remote,
			open: request.open,
			signal: request.signal,
			onBytes: (bytes) => {
				this.received += bytes;
				request.remote.received += bytes;
			},
			awaitCapacity: (segment) => this.readAhead.awaitCapacity(segment),
			onBlocked: (segment, throttled) => this.onBlocked(segment, throttled),
		};
	}

	async *bytes(): AsyncGenerator<Buffer> {
		const { concurrency, first } = this.request;
		this.startSegment(Infinity, { first });
		if (concurrency.mayProbeEarly && this.isWorthParallel) void this.probeEarly();
		try {
			for (let head = this.head(); head; head = this.head()) {
				const chunk = await this.takeFrom(head);
				if (chunk) yield chunk;
			}
		} finally {
			this.isClosed = true;
			for (const segment of [...this.segments]) {
				segment.cancel();
				this.readAhead.release(segment);
			}
		}
	}

	/** @returns undefined after the segment's last bytes */
	private async takeFrom(head: Segment): Promise<Buffer | undefined> {
		const { storage } = this.request;
		const askedAt = head.queue.waiting > 0 ? undefined : storage.now();
		const chunk = await head.queue.take();
		if (chunk) {
			this.limitConnections(this.request.concurrency.share.connections);
			this.recordProgress(askedAt === undefined ? 0 : storage.now() - askedAt);
		} else {
			this.segments.shift();
			this.fillConnections();
		}
		this.readAhead.wake();
		return chunk;
	}

	/** The segment whose turn it is. */
	private head(): Segment | undefined {
		// One that was cancelled has left bytes that come before those of the next one.
		if (this.pending.start < (this.segments[0]?.start ?? Infinity)) this.startSegment(this.nextBytes());
		return this.segments[0];
	}

	private get fetching(): number {
		return this.segments.filter(({ isFetching }) => isFetching).length;
	}

	/** Where the end is not known, nobody can start in the middle. */
	private get isWorthParallel(): boolean {
		const pending = this.pending.bytes;
		const bytes = pending + (this.segments[0]?.bytesLeft ?? 0);
		return bytes < Infinity && (pending > 0 || this.request.concurrency.isWorthParallel(bytes));
	}

	/** Far away, the other connections are opened as soon as the first one is seen not to be fast. */
	private async probeEarly(): Promise<void> {
		const { storage, concurrency, signal } = this.request;
		const before = this.received;
		// Where the signal ends the pause, there is nothing left to fetch.
		if (await storage.timer(EARLY_PROBE_MS, signal).catch(() => true)) return;
		if (this.isWorthParallel && concurrency.probeEarly(((this.received - before) / EARLY_PROBE_MS) * 1_000)) this.split();
	}

	private recordProgress(waitedMs: number): void {
		if (!this.isWorthParallel) return;
		const bytes = this.received - this.recordedBytes;
		this.recordedBytes = this.received;
		const isAlone = this.segments.slice(1).every(({ queue }) => queue.waiting === 0);
		const { concurrency } = this.request;
		if (concurrency.observe(bytes, waitedMs, isAlone) && !concurrency.isSingle) this.split();
	}

	/** Leaves to others what the only segment has not fetched. */
	private split(): void {
		const [head] = this.segments;
		if (!head) return;
		this.pending.insert(head.truncate(FIRST_SEGMENT_BYTES));
		this.segmentsStarted = 0;
		this.fillConnections();
	}

	/** Starts as many segments as there may be connections. */
	private fillConnections(): void {
		const { connections } = this.request.concurrency;
		while (this.pending.bytes > 0 && this.fetching < connections && this.segments.length < connections * MAX_SEGMENTS_PER_CONNECTION) {
			const isExtra = this.fetching > 0;
			if (this.isClosed || (isExtra && !extraConnections.tryAcquire())) return;
			this.startSegment(this.nextBytes(), { isExtra });
		}
	}

	/** How many bytes the next segment may have. */
	private nextBytes(): number {
		const { connections, isSingle, segmentBytes } = this.request.concurrency;
		// On its own, a connection goes on to the end rather than asking again for each segment.
		return isSingle ? Infinity : nextSegmentBytes(segmentBytes, ++this.segmentsStarted, connections, this.pending.bytes);
	}

	private startSegment(most: number, { first, isExtra = false }: { first?: StorageAnswer; isExtra?: boolean } = {}): void {
		const range = this.pending.take(most);
		if (!range) return;
		const segment = new Segment(this.context, range, first);
		const place = this.segments.findLastIndex(({ start }) => start < segment.start);
		this.segments.splice(place + 1, 0, segment);
		void segment.fetch().then(() => {
			if (isExtra) extraConnections.release();
			this.fillConnections();
		});
	}

	/**
	 * A segment does not get its bytes, perhaps because the others have all the connections that storage grants. The last
	 * ones make room: as many as storage seems not to want; or one of them, where the bytes are waited for.
	 */
	private onBlocked(segment: Segment, throttled: boolean): void {
		const { concurrency } = this.request;
		if (throttled) concurrency.onThrottled(this.segments.filter(({ isConnected }) => isConnected).length);
		const most = throttled ? concurrency.connections : this.fetching - (segment === this.segments[0] ? 1 : 0);
		this.limitConnections(most);
	}

	/** Keeps so many connections, the first ones. What the last segments have not fetched is left for later. */
	private limitConnections(most: number): void {
		while (this.fetching > Math.max(1, most)) {
			const last = this.segments.findLast(({ isFetching }) => isFetching);
			if (last === undefined || last === this.segments[0]) return;
			this.pending.insert(last.cancel());
			this.segmentsStarted = 0;
			if (last.queue.waiting === 0) this.segments.splice(this.segments.indexOf(last), 1);
			this.readAhead.release(last);
		}
	}
}
