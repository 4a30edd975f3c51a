import type { Report } from '../n8n/process/runCommand.mts';

/** Ends a part: what follows in it builds on the step that failed. */
class PartEnded extends Error {}

/** As much of a message as helps to see what went wrong. */
const SHOWN_LINES = 8;

/** What a person does and sees, one after the other. */
export class Steps {
	private passed = 0;
	private failed = 0;

	/**
	 * @param say prints a line
	 * @param keepPicture takes a picture of what is on the screen when a step fails, and says where it is
	 */
	constructor(
		private readonly say: Report,
		private readonly keepPicture: (name: string) => Promise<string>,
	) {}

	/** Steps that build on each other: the first that fails is the last. The next part is done all the same. */
	async part(work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			if (!(error instanceof PartEnded)) throw error;
			this.say('  The rest of this part was left out.');
		}
	}

	/** Does one step and prints how it went. */
	async step(name: string, work: () => Promise<void>): Promise<void> {
		const startedAt = Date.now();
		try {
			await work();
			this.passed += 1;
			this.say(`✓ ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
		} catch (error) {
			this.failed += 1;
			this.say(`✗ ${name}`);
			const message = error instanceof Error ? error.message : String(error);
			for (const line of message.split('\n').slice(0, SHOWN_LINES)) this.say(`    ${line}`);
			const picture = await this.keepPicture(`failed-${this.failed}`).catch(() => 'could not be taken');
			this.say(`    Picture: ${picture}`);
			throw new PartEnded();
		}
	}

	/** Whether nothing failed. */
	get allPassed(): boolean {
		return this.failed === 0;
	}

	/** The last line of a run. */
	summary(): string {
		return `${this.passed} passed, ${this.failed} failed`;
	}
}
