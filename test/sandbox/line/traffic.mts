import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Line } from '../types.mts';
import { bytesBy, msUntil, roundTripsToAnswer } from './lineModel.mts';

/** So often it is decided what may go. A piece of this length is small beside any round trip worth measuring. */
const tickMs = 10;

/**
 * The body of one answer on its way over a line: how much of it may go, by a clock of its own. The clock stands still while the
 * client does not take what was sent: what a line could have carried meanwhile is lost, as it is on a real one.
 */
export interface Flow {
	line: Line;
	socket: Socket;
	/** How long the connection has been sending, as its line counts. */
	clockMs: number;
	/** May go, but nobody has taken it yet. */
	due: number;
	isWaiting: boolean;
}

/** Divides `most` among those who want something: nobody gets more than they want, and nobody less than another who wants as much. */
export function fairShares(wanted: number[], most: number): number[] {
	const shares = wanted.map(() => 0);
	const modestFirst = [...wanted.keys()].sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
	let left = most;
	for (const [position, index] of modestFirst.entries()) {
		const share = Math.min(wanted[index] ?? 0, left / (wanted.length - position));
		shares[index] = share;
		left -= share;
	}
	return shares;
}

const limitOf = ({ line }: Flow) => line.sharedBytesPerSecond ?? Infinity;

/**
 * All that goes over lines. One timer decides for all flows at once, by the time that has really gone by: a late tick gives more,
 * and nothing is lost or bunched beyond that.
 */
export class Traffic {
	/** Bytes of bodies by connection. They decide how far its window has opened, so a connection that is used again keeps it. */
	private readonly carried = new WeakMap<Socket, number>();
	private readonly flows = new Set<Flow>();
	private readonly ticks = new EventEmitter().setMaxListeners(0);
	private tickedMs = performance.now();

	constructor() {
		setInterval(() => this.tick(), tickMs);
	}

	/** Waits until the first byte of an answer can be at the client. */
	async roundTrips(socket: Socket, roundTripMs: number): Promise<void> {
		const isFresh = !this.carried.has(socket);
		this.carried.set(socket, this.carriedBy(socket));
		if (roundTripMs > 0) await sleep(roundTripsToAnswer(isFresh) * roundTripMs);
	}

	/** Begins the body of an answer. */
	begin(socket: Socket, line: Line): Flow {
		// A tick counts from the one before it, when this had not begun.
		const clockMs = msUntil(line, this.carriedBy(socket)) - (performance.now() - this.tickedMs);
		const flow = { line, socket, clockMs, due: 0, isWaiting: false };
		this.flows.add(flow);
		return flow;
	}

	/** Waits until bytes may go, and says how many: at most `most`; none once the flow has ended. */
	async take(flow: Flow, most: number): Promise<number> {
		flow.isWaiting = true;
		while (flow.due < 1 && this.flows.has(flow)) await once(this.ticks, 'tick');
		flow.isWaiting = false;
		const bytes = this.flows.has(flow) ? Math.min(most, Math.floor(flow.due)) : 0;
		flow.due -= bytes;
		this.carried.set(flow.socket, this.carriedBy(flow.socket) + bytes);
		return bytes;
	}

	/** The flow has nothing more to send, or nobody to send it to. */
	end(flow: Flow): void {
		this.flows.delete(flow);
		this.ticks.emit('tick');
	}

	private carriedBy(socket: Socket): number {
		return this.carried.get(socket) ?? 0;
	}

	private tick(): void {
		const nowMs = performance.now();
		const passedMs = nowMs - this.tickedMs;
		this.tickedMs = nowMs;
		const waiting = [...this.flows].filter(({ isWaiting }) => isWaiting);
		for (const limit of new Set(waiting.map(limitOf))) {
			const sharing = waiting.filter((flow) => limitOf(flow) === limit);
			const given = ({ socket, due }: Flow) => this.carriedBy(socket) + due;
			const wanted = sharing.map((flow) => Math.max(0, bytesBy(flow.line, (flow.clockMs += passedMs)) - given(flow)));
			const shares = fairShares(wanted, limit * (passedMs / 1000));
			for (const [index, flow] of sharing.entries()) {
				const share = shares[index] ?? 0;
				flow.due += share;
				// Fewer than the connection could carry: its clock goes back to where those bytes are due.
				if (share < (wanted[index] ?? 0)) flow.clockMs = msUntil(flow.line, given(flow));
			}
		}
		this.ticks.emit('tick');
	}
}
