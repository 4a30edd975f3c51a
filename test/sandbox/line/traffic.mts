import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Line } from '../types.mts';
import { type Connection, Flow } from './flow.mts';
import { roundTripsToAnswer } from './lineModel.mts';

/** So often it is decided what may go. A piece of this length is small beside any round trip worth measuring. */
const tickMs = 10;

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

/**
 * All that goes over lines. One timer decides for all flows at once, by the time that has really gone by: a late tick gives more,
 * and nothing is lost or bunched beyond that.
 */
export class Traffic {
	private readonly connections = new WeakMap<Socket, Connection>();
	private readonly flows = new Set<Flow>();
	private timer: NodeJS.Timeout | undefined;
	private tickedMs = 0;

	/** Waits until the first byte of an answer can be at the client. */
	async roundTrips(socket: Socket, roundTripMs: number): Promise<void> {
		const isFresh = !this.connections.has(socket);
		this.connectionOf(socket);
		if (roundTripMs > 0) await sleep(roundTripsToAnswer(isFresh) * roundTripMs);
	}

	/** Begins the body of an answer. */
	begin(socket: Socket, line: Line): Flow {
		const flow = new Flow(line, this.connectionOf(socket), performance.now());
		this.flows.add(flow);
		if (this.timer === undefined) {
			this.tickedMs = performance.now();
			this.timer = setInterval(() => this.tick(), tickMs);
		}
		return flow;
	}

	/** The flow has nothing more to send, or nobody to send it to. */
	end(flow: Flow): void {
		flow.end();
		this.flows.delete(flow);
		if (this.flows.size > 0) return;
		clearInterval(this.timer);
		this.timer = undefined;
	}

	private connectionOf(socket: Socket): Connection {
		const known = this.connections.get(socket) ?? { carried: 0 };
		this.connections.set(socket, known);
		return known;
	}

	private tick(): void {
		const nowMs = performance.now();
		const passedMs = nowMs - this.tickedMs;
		this.tickedMs = nowMs;
		const flows = [...this.flows];
		const limits = new Set(flows.map(({ line }) => line.sharedBytesPerSecond ?? Infinity));
		for (const limit of limits) {
			const sharing = flows.filter(({ line }) => (line.sharedBytesPerSecond ?? Infinity) === limit);
			const wanted = sharing.map((flow) => flow.advance(nowMs));
			const shares = limit === Infinity ? wanted : fairShares(wanted, (limit * passedMs) / 1000);
			for (const [index, flow] of sharing.entries()) flow.give(shares[index] ?? 0, wanted[index] ?? 0);
		}
	}
}
