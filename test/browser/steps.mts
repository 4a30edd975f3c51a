import type { Report } from '../n8n/runCommand.mts';

/** What a person does and sees, one after the other. */
export class Steps {
	passed = 0;
	failed = 0;

	/**
	 * @param say prints a line
	 * @param keepPicture takes a picture of what is on the screen when a step fails, and says where it is
	 */
	constructor(
		private readonly say: Report,
		private readonly keepPicture: (name: string) => Promise<string>,
	) {}

	/** Does one step and prints how it went. The steps after a failed one are done all the same: each part starts afresh. */
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
			for (const line of message.split('\n').slice(0, 12)) this.say(`    ${line}`);
			const picture = await this.keepPicture(`failed-${this.failed}`).catch(() => 'could not be taken');
			this.say(`    Picture: ${picture}`);
		}
	}

	/** The last line of a run. */
	summary(): string {
		return `${this.passed} passed, ${this.failed} failed`;
	}
}
