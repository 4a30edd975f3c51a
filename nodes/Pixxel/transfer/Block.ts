import { ByteQueue } from './ByteQueue';
import { Hope, NotWanted } from './Hope';
import { networkCode } from '../ground/networkTrouble';
import { type RemotePackage, StartAnew } from './RemotePackage';
import { isUndecodable, undecodable } from './refusals';
import type { ByteStream, StorageAnswer } from './storage';
import type { Stretch } from './Stretches';

/** A connection that is being read, for whoever watches over stalls. */
export interface OpenBody {
	body: ByteStream;
	/** For how long, as far as the watch has seen, nothing has arrived that was waited for. */
	quietMs: number;
	/** The reader waits for the network (and not the network for the reader). */
	waiting: boolean;
}

/** What the blocks of a package have in common. */
export interface Surroundings {
	remote: RemotePackage;
	/** Where connections that are being read are listed. */
	open: Set<OpenBody>;
	/** Told of bytes that have arrived. */
	arrived(bytes: number): void;
	/** @returns a promise where the block has to wait before it takes more bytes */
	room(block: Block): Promise<void> | undefined;
	/** Told that a block does not get its bytes, and whether storage would rather not serve it as well. */
	hindered(block: Block, asksForFewer: boolean): void;
}

/**
 * A stretch of the package that one connection fetches into memory, going on from its last byte whenever
 * the line breaks.
 */
export class Block {
	/** The block's first byte. */
	readonly from: number;

	readonly queue = new ByteQueue();

	private hasEnded = false;

	/** Next byte to arrive. */
	private position: number;

	/** First byte that is not part of the block. */
	private end: number;

	private body: ByteStream | undefined;

	/** @param first an answer whose body starts at the stretch's first byte, where there is one already */
	constructor(
		private readonly around: Surroundings,
		{ from, end }: Stretch,
		private first?: StorageAnswer,
	) {
		this.from = from;
		this.position = from;
		this.end = end;
	}

	/** Bytes that have not arrived yet. */
	get bytesLeft(): number {
		return this.end - this.position;
	}

	/**
	 * Makes the block end `bytes` after what has arrived, if it does not end earlier.
	 *
	 * @returns what it leaves to others
	 */
	endAfter(bytes: number): Stretch {
		const end = this.end;
		this.end = Math.min(end, this.position + bytes);
		return { from: this.end, end };
	}

	/** Closes the block's connection, and makes what has arrived all of it. Returns what it leaves to others. */
	stop(): Stretch {
		const rest = this.endAfter(0);
		this.body?.destroy();
		this.queue.end();
		return rest;
	}

	/** Whether storage serves it at the moment. */
	get isServed(): boolean {
		return this.body !== undefined;
	}

	/** Whether bytes are still to come from the network. */
	get fetching(): boolean {
		return !this.hasEnded && this.isWanted;
	}

	get isWanted(): boolean {
		return this.position < this.end;
	}

	hindered(asksForFewer: boolean): void {
		this.around.hindered(this, asksForFewer);
	}

	/** Fetches the block. Never throws: the queue's reader gets what went wrong. */
	async fetch(): Promise<void> {
		try {
			await this.fetchAll();
			this.queue.end();
		} catch (error) {
			this.queue.end(error instanceof NotWanted ? undefined : error);
		} finally {
			this.hasEnded = true;
		}
	}

	private async fetchAll(): Promise<void> {
		const { remote } = this.around;
		const hope = new Hope(remote, this);
		while (this.isWanted) {
			const answer = this.first ?? (await remote.openRange(this.position, this.end, hope));
			this.first = undefined;
			if (await this.read(answer.body, hope)) return;
			if (!this.isWanted) return;
			// Without a length there is nothing to check ranges against: what is here is of no use.
			if (this.end === Infinity) throw new StartAnew('no ranges');
			await remote.rideOut(hope, 'the connection broke off');
		}
	}

	/** @returns whether the block is complete; false where the body ended or broke before that */
	private async read(body: ByteStream, hope: Hope): Promise<boolean> {
		const { open } = this.around;
		const watched: OpenBody = { body, quietMs: 0, waiting: true };
		open.add(watched);
		this.body = body;
		try {
			for await (const chunk of body) {
				hope.served();
				this.keep(chunk);
				const room = this.around.room(this);
				if (room) {
					watched.waiting = false;
					await room;
					watched.waiting = true;
				}
				if (!this.isWanted) return true;
				watched.quietMs = 0;
			}
			return this.end === Infinity;
		} catch (error) {
			if (isUndecodable(networkCode(error))) throw undecodable();
			// Cut, or closed by the watch: how far it came is all that counts.
			return false;
		} finally {
			open.delete(watched);
			this.body = undefined;
			body.destroy();
		}
	}

	private keep(chunk: Buffer): void {
		const wanted = Math.min(chunk.length, this.end - this.position);
		this.position += wanted;
		this.around.arrived(wanted);
		if (wanted > 0) this.queue.push(wanted < chunk.length ? chunk.subarray(0, wanted) : chunk);
	}
}
