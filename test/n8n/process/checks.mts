import { setTimeout as sleep } from 'node:timers/promises';

import type { Report } from './runCommand.mts';
import { isStopping, wordsOf } from './shutdown.mts';

export const secondsSince = (startedAt: number) => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;

/** Tries one thing after the other, prints how each went, and counts. */
export class Checks {
	passed = 0;
	failed = 0;

	/** @param mostMs one that hangs must not hold the others */
	constructor(
		private readonly say: Report,
		private readonly mostMs: number,
	) {}

	/**
	 * @param work throws where it does not hold; may answer what was seen
	 * @param mostMs how long it may take, where that is not what all may
	 * @returns whether it holds
	 */
	async check(name: string, work: () => Promise<string | void>, mostMs = this.mostMs): Promise<boolean> {
		const startedAt = Date.now();
		// It may outlive the work: commands end by themselves.
		const tooLate = sleep(mostMs).then(() => Promise.reject(new Error(`not done after ${mostMs / 1000} s`)));
		try {
			const seen = await Promise.race([work(), tooLate]);
			this.passed++;
			this.say(`  ✓ ${name} (${secondsSince(startedAt)}${seen ? `; ${seen}` : ''})`);
			return true;
		} catch (error) {
			if (isStopping()) throw error;
			this.failed++;
			this.say(`  ✗ ${name} (${secondsSince(startedAt)})\n${wordsOf(error).replaceAll(/^/gm, '      ')}`);
			return false;
		}
	}

	/** Prints the last line. Returns the exit code. */
	sum(): number {
		this.say(`\n${this.passed} passed, ${this.failed} failed`);
		return this.failed > 0 || this.passed === 0 ? 1 : 0;
	}
}
