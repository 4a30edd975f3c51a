import { setImmediate as turn } from 'node:timers/promises';
import { Cancelled } from '../../../nodes/Pixxel/errors/Failure.ts';
import type { ByteStream, Storage, StorageAnswer } from '../../../nodes/Pixxel/transfer/remote/Storage.ts';
import { bytesBy, roundTripsToAnswer } from '../../sandbox/line/lineModel.mts';
import { isLong } from '../../drawn.mts';
import type { Line as SandboxLine } from '../../sandbox/types.mts';

/** A line between n8n and storage, and what storage allows on it. */
export interface Line extends SandboxLine {
	/** More connections than this at a time are refused. */
	mostConnections?: number;
	/** How they are: with a status (503 unless said otherwise), or without an answer, or after its head. */
	refusedBy?: 503 | 403 | 'a reset' | 'a cut';
	/** Between these points in time, connections break; new ones fail, up to three seconds later. */
	outage?: { from: number; to: number };
	/** Ranges are not heeded, though storage says that it knows them. */
	ignoresRanges?: boolean;
}

/** Another line, from a point in time on. */
export interface Change {
	at: number;
	line: Line;
}

const MIN_TICK_MS = 5;
const MAX_TICK_MS = 25;
const MOST_MS = 3 * 3_600_000;
/** What the system keeps for a reader that does not read. */
const SOCKET_BUFFER_BYTES = 256 * 1024;
const LARGEST_CHUNK_BYTES = 64 * 1024;
/** Larger than any chunk: the memory of one that has all of it is freed by who gets it, on Node 22 and later. */
const anyBytes = Buffer.alloc(2 * LARGEST_CHUNK_BYTES);

/** What is computed at once, in milliseconds: so little that a round trip has several of it, and no reader's memory is ever full of it. `npm run test:long` looks closer. */
function tickOf({ roundTripMs, bytesPerSecond }: Line): number {
	const most = isLong ? MIN_TICK_MS : Math.min(roundTripMs / 4, (SOCKET_BUFFER_BYTES / bytesPerSecond) * 1_000, MAX_TICK_MS);
	return Math.max(MIN_TICK_MS, Math.floor(most));
}

/** One connection: what has arrived of a range and was not read yet. */
class Connection implements ByteStream {
	unread = 0;
	isClosed = false;
	/** Of a byte. */
	private parts = 0;
	private wake = () => {};

	constructor(
		public left: number,
		readonly firstByteAt: number,
	) {}

	/** Bytes that it could bring in a tick, by its window and its reader. */
	capacity(now: number, line: Line, tickMs: number): number {
		const openMs = now - this.firstByteAt;
		if (this.isClosed || openMs < 0) return 0;
		return Math.min(bytesBy(line, openMs + tickMs) - bytesBy(line, openMs), this.left + 1, SOCKET_BUFFER_BYTES - this.unread);
	}

	/** @returns bytes that have become whole ones */
	bring(bytes: number): number {
		this.parts += bytes;
		const whole = Math.min(this.left, Math.floor(this.parts));
		this.parts -= whole;
		this.left -= whole;
		this.unread += whole;
		if (whole > 0) this.wake();
		return whole;
	}

	destroy(): void {
		this.isClosed = true;
		this.wake();
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
		for (;;) {
			if (this.isClosed) throw new Error('closed');
			const bytes = Math.min(LARGEST_CHUNK_BYTES, this.unread);
			if (bytes > 0) {
				this.unread -= bytes;
				yield anyBytes.subarray(0, bytes);
			} else if (this.left + this.unread === 0) {
				return;
			} else {
				await new Promise<void>((resolve) => (this.wake = resolve));
			}
		}
	}
}

/** Storage at the end of such a line, in a time of its own that passes as fast as it can be computed. */
export class SimulatedStorage implements Storage {
	/** The most connections at a time. */
	mostOpen = 0;
	refusals = 0;
	renewals = 0;
	requests = 0;
	private failures = 0;
	received = 0;
	private clock = 0;
	private readonly connections = new Set<Connection>();
	private readonly timers = new Set<{ at: number; fire: () => void }>();

	constructor(
		private line: Line,
		private readonly size: number,
		private readonly change?: Change,
	) {}

	now = () => this.clock;
	report(): void {}

	async renewUrl(): Promise<string> {
		return `https://storage/${++this.renewals}`;
	}

	async pause(ms: number, signal: AbortSignal): Promise<void> {
		await this.after(ms);
		if (signal.aborted) throw new Cancelled();
	}

	timer = async (ms: number, signal: AbortSignal) => await this.pause(ms, signal);

	async get(_url: string, headers: Record<string, string>): Promise<StorageAnswer> {
		this.requests++;
		const [, said, until] = /^bytes=(\d*)-(\d+)$/.exec(headers.Range ?? '') ?? [undefined, '0', this.size - 1];
		// Without a beginning, it is the last bytes that are asked for.
		const [from, last] = said === '' ? [this.size - Number(until), this.size - 1] : [Number(said), Number(until)];
		const { roundTripMs, mostConnections = Infinity, refusedBy = 503, ignoresRanges = false } = this.line;
		if (this.isOut) {
			await this.after((this.failures++ * 700) % 3_000);
			throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
		}
		const length = ignoresRanges ? this.size : last + 1 - from;
		const waitMs = roundTripsToAnswer(true) * roundTripMs;
		const connection = new Connection(length, this.clock + waitMs);
		this.connections.add(connection);
		const open = this.openNow;
		this.mostOpen = Math.max(this.mostOpen, open);
		await this.after(waitMs);
		if (open > mostConnections) {
			this.refusals++;
			connection.destroy();
			if (refusedBy === 'a reset') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
			if (refusedBy !== 'a cut') return { status: refusedBy, headers: {}, body: connection };
		}
		const isPart = headers.Range !== undefined && !ignoresRanges;
		const range = { 'content-range': `bytes ${from}-${last}/${this.size}` };
		return {
			status: isPart ? 206 : 200,
			headers: { etag: '"1"', 'accept-ranges': 'bytes', 'content-length': String(length), ...(isPart && range) },
			body: connection,
		};
	}

	private get isOut(): boolean {
		const { from, to } = this.line.outage ?? { from: Infinity, to: 0 };
		return this.clock >= from && this.clock < to;
	}

	private get openNow(): number {
		for (const connection of this.connections) {
			if (connection.isClosed || connection.left + connection.unread === 0) this.connections.delete(connection);
		}
		return this.connections.size;
	}

	private async after(ms: number): Promise<void> {
		await new Promise<void>((fire) => this.timers.add({ at: this.clock + ms, fire }));
	}

	/** Lets time pass until the work is done; gives up after so much of it. */
	async runUntilDone(work: Promise<unknown>): Promise<void> {
		let done = false;
		void work.catch(() => {}).then(() => (done = true));
		await turn();
		while (!done) {
			if (this.clock > MOST_MS) throw new Error(`not done after ${MOST_MS} ms`);
			this.tick();
			await turn();
		}
		await work;
	}

	private tick(): void {
		const tickMs = tickOf(this.line);
		this.clock += tickMs;
		if (this.isOut) for (const connection of this.connections) connection.destroy();
		if (this.change && this.change.at <= this.clock) this.line = this.change.line;
		for (const timer of this.timers) {
			if (timer.at > this.clock) continue;
			this.timers.delete(timer);
			timer.fire();
		}
		const wants = [...this.connections].map((connection) => ({ connection, bytes: connection.capacity(this.clock, this.line, tickMs) }));
		const sum = wants.reduce((total, { bytes }) => total + bytes, 0);
		const shared = ((this.line.sharedBytesPerSecond ?? Infinity) * tickMs) / 1_000;
		const share = sum > shared ? shared / sum : 1;
		for (const { connection, bytes } of wants) {
			if (bytes <= 0) continue;
			this.received += connection.bring(bytes * share);
		}
	}
}
