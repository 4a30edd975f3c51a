import type { Line } from '../types.mts';
import { bytesBy, msUntil } from './lineModel.mts';

/** A connection, as its line sees it. */
export interface Connection {
	/** Bytes of bodies so far. They decide how far its window has opened, so a connection that is used again keeps it. */
	carried: number;
}

/**
 * The body of one answer on its way over a line: how much of it may go, by a clock of its own. The clock stands still while the
 * client does not take what was sent: what a line could have carried meanwhile is lost, as it is on a real one.
 */
export class Flow {
	readonly line: Line;
	private readonly connection: Connection;
	/** How long the connection has been sending, as its line counts. */
	private clockMs: number;
	/** Up to when it has been decided what may go. */
	private decidedMs: number;
	/** May go, but nobody has taken it yet. */
	private due = 0;
	private waiting: { most: number; answer: (bytes: number) => void } | undefined;
	private hasEnded = false;

	constructor(line: Line, connection: Connection, startMs: number) {
		this.line = line;
		this.connection = connection;
		this.clockMs = msUntil(line, connection.carried);
		this.decidedMs = startMs;
	}

	/** Waits until bytes may go, and says how many: at most `most`; none once the flow has ended. */
	take(most: number): Promise<number> {
		return new Promise((answer) => {
			this.waiting = { most, answer };
			this.serve();
		});
	}

	/** Nobody is there any more to send to. */
	end(): void {
		this.hasEnded = true;
		this.serve();
	}

	/** Moves on to `nowMs`, and says how many bytes the connection could carry in the time that has gone by. */
	advance(nowMs: number): number {
		const passedMs = Math.max(0, nowMs - this.decidedMs);
		this.decidedMs = nowMs;
		if (this.waiting === undefined) return 0;
		this.clockMs += passedMs;
		return bytesBy(this.line, this.clockMs) - this.given;
	}

	/** Lets so many bytes go. Fewer than the connection could carry: its clock goes back to where those bytes are due. */
	give(bytes: number, wanted: number): void {
		this.due += bytes;
		if (bytes < wanted) this.clockMs = msUntil(this.line, this.given);
		this.serve();
	}

	private get given(): number {
		return this.connection.carried + this.due;
	}

	private serve(): void {
		const { waiting } = this;
		if (waiting === undefined || (this.due < 1 && !this.hasEnded)) return;
		const bytes = this.hasEnded ? 0 : Math.min(waiting.most, Math.floor(this.due));
		this.due -= bytes;
		this.connection.carried += bytes;
		this.waiting = undefined;
		waiting.answer(bytes);
	}
}
