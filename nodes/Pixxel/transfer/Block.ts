import { ByteQueue } from './ByteQueue';
import { Hope, type RemotePackage, StartAnew } from './RemotePackage';
import type { ByteStream, StorageAnswer } from './storage';

/** A connection that is being read, for whoever watches over stalls. */
export interface OpenBody {
	body: ByteStream;
	/** Point in time (ms since 1970) at which a byte last arrived, or the reader last asked for one. */
	movedAt: number;
	/** The reader waits for the network (and not the network for the reader). */
	waiting: boolean;
}

/**
 * A stretch of the package that one connection fetches into memory, going on from its last byte whenever
 * the line breaks.
 */
export class Block {
	readonly queue: ByteQueue;

	/** Whether bytes are still to come from the network. */
	fetching = true;

	/** Next byte to arrive. */
	private position: number;

	/**
	 * @param end first byte that is not part of the block; may be lowered while it runs, down to `position`
	 * @param first an answer whose body starts at `from`, where there is one already
	 * @param limit bytes to hold in memory at most
	 */
	constructor(
		private readonly remote: RemotePackage,
		from: number,
		private end: number,
		limit: number,
		private first?: StorageAnswer,
	) {
		this.position = from;
		this.queue = new ByteQueue(limit);
	}

	/** Makes the block end `bytes` after what has arrived, if it does not end earlier. Returns where that is. */
	endAfter(bytes: number): number {
		this.end = Math.min(this.end, this.position + bytes);
		return this.end;
	}

	/** Fetches the block. Never throws: the queue's reader gets what went wrong. */
	async fetch(open: Set<OpenBody>): Promise<void> {
		try {
			await this.fetchAll(open);
			this.queue.end();
		} catch (error) {
			this.queue.end(error);
		} finally {
			this.fetching = false;
		}
	}

	private async fetchAll(open: Set<OpenBody>): Promise<void> {
		const hope = new Hope(this.remote);
		while (this.position < this.end) {
			const answer = this.first ?? (await this.remote.openRange(this.position, this.end, hope));
			this.first = undefined;
			if (await this.read(answer.body, open)) return;
			// Without a length there is nothing to check ranges against: what is here is of no use.
			if (this.end === Infinity) throw new StartAnew('no ranges');
			await this.remote.rideOut(hope, 'the connection broke off');
		}
	}

	/** @returns whether the block is complete; false where the body ended or broke before that */
	private async read(body: ByteStream, open: Set<OpenBody>): Promise<boolean> {
		const watched: OpenBody = { body, movedAt: Date.now(), waiting: true };
		open.add(watched);
		try {
			for await (const chunk of body) {
				const wanted = Math.min(chunk.length, this.end - this.position);
				this.position += wanted;
				this.remote.received += wanted;
				if (wanted > 0) {
					const room = this.queue.push(wanted < chunk.length ? chunk.subarray(0, wanted) : chunk);
					if (room) {
						watched.waiting = false;
						await room;
						watched.waiting = true;
					}
				}
				if (this.position >= this.end) return true;
				watched.movedAt = Date.now();
			}
			return this.end === Infinity;
		} catch {
			// Cut, or closed by the watch: how far it came is all that counts.
			return false;
		} finally {
			open.delete(watched);
			body.destroy();
		}
	}
}
