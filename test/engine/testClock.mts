import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { outside } from './outside/outside.mts';
import type { clock as productClock } from '../../nodes/Pixxel/retry/clock.ts';

type Clock = typeof productClock;

/** The node's own, as n8n has loaded it from the build. */
const nodes = (): { clock: Clock; Cancelled: new () => Error } => ({
	...(outside.require(join(process.cwd(), 'dist/nodes/Pixxel/retry/clock.js')) as { clock: Clock }),
	Cancelled: (outside.require(join(process.cwd(), 'dist/nodes/Pixxel/errors/Failure.js')) as { Cancelled: new () => Error }).Cancelled,
});

/**
 * The node's time in tests: its pauses take none, and are written down; who pauses at the same time goes on in the order in which they would. What is
 * under way takes as long as it takes.
 */
export class TestClock {
	/** Milliseconds of each pause that was asked for. */
	readonly pauses: number[] = [];

	/** Milliseconds of each timer that was asked for. */
	readonly timers: number[] = [];

	/** How many times as fast pauses pass. Where others bring bytes meanwhile, which takes its time, a pause has to take some as well. */
	pauseSpeed = Infinity;

	/** How many times as fast timers run beside what is under way. */
	timerSpeed = 1;

	private skippedMs = 0;
	private readonly pausing = new Set<{ due: number; goOn: () => void }>();
	private readonly original: Clock;

	/** @param skip told of time that passes at once */
	constructor(private readonly skip: (ms: number) => Promise<unknown>) {
		const { clock, Cancelled } = nodes();
		this.original = { ...clock };
		clock.now = () => performance.now() + this.skippedMs;
		clock.pause = async (ms, signal) => {
			this.pauses.push(ms);
			if (this.pauseSpeed < Infinity) await this.original.timer(ms / this.pauseSpeed, signal);
			if (!signal.aborted) await this.pass(ms);
			if (signal.aborted) throw new Cancelled();
		};
		clock.timer = async (ms, signal) => {
			this.timers.push(ms);
			await sleep(ms / this.timerSpeed, undefined, { signal: AbortSignal.any([signal]) }).catch(() => {});
			if (signal.aborted) throw new Cancelled();
		};
	}

	/** Has the node's pauses take their time. */
	restore(): void {
		Object.assign(nodes().clock, this.original);
	}

	/** Lets time pass in which nothing is done. */
	async passBy(ms: number): Promise<void> {
		this.skippedMs += ms;
		await this.skip(ms);
	}

	private async pass(ms: number): Promise<void> {
		const { clock } = nodes();
		await new Promise<void>((goOn) => {
			this.pausing.add({ due: clock.now() + ms, goOn });
			setImmediate(() => void this.endNext());
		});
	}

	private async endNext(): Promise<void> {
		const next = [...this.pausing].reduce((first, each) => (each.due < first.due ? each : first));
		this.pausing.delete(next);
		const left = Math.max(0, next.due - nodes().clock.now());
		await this.passBy(left);
		next.goOn();
	}
}
