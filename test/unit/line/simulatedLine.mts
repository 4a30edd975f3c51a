import { setImmediate as turn } from 'node:timers/promises';
import { Abandoned } from '../../../nodes/Pixxel/ground/failure.ts';
import type { ByteStream, Storage, StorageAnswer } from '../../../nodes/Pixxel/transfer/storage.ts';

/** A line between n8n and storage, and what storage allows on it. */
export interface Line {
	roundTripMs: number;
	/** Bytes per second of each connection at full speed. */
	bytesPerSecond: number;
	/** Bytes per second of all connections together. */
	sharedBytesPerSecond?: number;
	/** More connections than this at a time are answered with 503. */
	mostConnections?: number;
}

const TICK_MS = 5;
/** What the system keeps for a reader that does not read. */
const SOCKET_BUFFER_BYTES = 256 * 1024;
/** What TCP sends in the first round trip. */
const FIRST_WINDOW_BYTES = 14_600;
const LARGEST_CHUNK_BYTES = 64 * 1024;
/** Larger than any chunk: the memory of one that has all of it is freed by who gets it, on Node 22 and later. */
const anyBytes = Buffer.alloc(2 * LARGEST_CHUNK_BYTES);

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
	capacity(now: number, { roundTripMs, bytesPerSecond }: Line): number {
		if (this.isClosed || now < this.firstByteAt) return 0;
		const full = (bytesPerSecond * roundTripMs) / 1_000;
		const window = Math.min(full, FIRST_WINDOW_BYTES * 2 ** Math.floor((now - this.firstByteAt) / roundTripMs));
		return Math.min((window * TICK_MS) / roundTripMs, this.left + 1, SOCKET_BUFFER_BYTES - this.unread);
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
	/** Milliseconds that all connections together were open. */
	openMs = 0;
	requests = 0;
	refusals = 0;
	received = 0;
	private clock = 0;
	private readonly connections = new Set<Connection>();
	private readonly timers = new Set<{ at: number; fire: () => void }>();
	/** Changes of the line: what holds from a point in time on. */
	private readonly changes: Array<{ at: number; line: Line }> = [];

	constructor(
		public line: Line,
		private readonly size: number,
	) {}

	changeAt(at: number, line: Line): void {
		this.changes.push({ at, line });
	}

	now = () => this.clock;
	report(): void {}

	async renewUrl(): Promise<string> {
		throw new Error('links do not expire here');
	}

	async pause(ms: number, signal: AbortSignal): Promise<void> {
		await this.after(ms);
		if (signal.aborted) throw new Abandoned();
	}

	async get(_url: string, headers: Record<string, string>): Promise<StorageAnswer> {
		const [, from, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.Range ?? '') ?? [undefined, '0', String(this.size - 1)];
		const { roundTripMs, mostConnections = Infinity } = this.line;
		const length = Number(last) + 1 - Number(from);
		const connection = new Connection(length, this.clock + 3 * roundTripMs);
		this.requests++;
		this.connections.add(connection);
		const open = this.openNow;
		this.mostOpen = Math.max(this.mostOpen, open);
		await this.after(3 * roundTripMs);
		if (open > mostConnections) {
			this.refusals++;
			connection.destroy();
			return { status: 503, headers: {}, body: connection };
		}
		const range = { 'content-range': `bytes ${from}-${last}/${this.size}` };
		return {
			status: headers.Range ? 206 : 200,
			headers: { etag: '"1"', 'accept-ranges': 'bytes', 'content-length': String(length), ...(headers.Range && range) },
			body: connection,
		};
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
	async runUntilDone<T>(work: Promise<T>, mostMs: number): Promise<T> {
		let done = false;
		const settle = () => {
			done = true;
		};
		work.then(settle, settle);
		await turn();
		while (!done) {
			if (this.clock > mostMs) throw new Error(`not done after ${mostMs} ms`);
			this.tick();
			await turn();
		}
		return await work;
	}

	private tick(): void {
		this.clock += TICK_MS;
		this.openMs += this.openNow * TICK_MS;
		for (const { at, line } of this.changes) if (at <= this.clock) this.line = line;
		for (const timer of this.timers) {
			if (timer.at > this.clock) continue;
			this.timers.delete(timer);
			timer.fire();
		}
		const wants = [...this.connections].map((connection) => ({ connection, bytes: connection.capacity(this.clock, this.line) }));
		const sum = wants.reduce((total, { bytes }) => total + bytes, 0);
		const shared = ((this.line.sharedBytesPerSecond ?? Infinity) * TICK_MS) / 1_000;
		const share = sum > shared ? shared / sum : 1;
		for (const { connection, bytes } of wants) {
			if (bytes <= 0) continue;
			this.received += connection.bring(bytes * share);
		}
	}
}
