import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from './stage.mts';

/** One thing that must hold in every n8n. The sandbox is as new before each. Throws where it does not hold. */
export interface Scenario {
	name: string;
	run(stage: Stage): Promise<void>;
}

const LOOK_EVERY_MS = 50;

/** Looks until something is there. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>, timeoutMs: number): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const found = await look();
		if (found !== undefined && found !== false) return found;
		if (Date.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
		await sleep(LOOK_EVERY_MS);
	}
}
