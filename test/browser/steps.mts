import { Checks, wordsOf } from '../n8n/process/checks.mts';
import type { Report } from '../n8n/process/runCommand.mts';

/** Ends a part: what follows in it builds on the step that failed. */
class PartEnded extends Error {}

const MOST_MS = 180_000;
/** As much of a message as helps to see what went wrong. */
const SHOWN_LINES = 8;

/** What a person does and sees, one after the other. */
export class Steps {
	readonly checks: Checks;

	/** @param keepPicture takes a picture of what is on the screen when a step fails, and says where it is */
	constructor(
		private readonly say: Report,
		private readonly keepPicture: (name: string) => Promise<string>,
	) {
		this.checks = new Checks(say, MOST_MS);
	}

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
		const holds = await this.checks.check(name, async () => {
			try {
				await work();
			} catch (error) {
				const picture = await this.keepPicture(`failed-${this.checks.failed + 1}`).catch(() => 'could not be taken');
				throw new Error(`${wordsOf(error).split('\n').slice(0, SHOWN_LINES).join('\n')}\nPicture: ${picture}`, { cause: error });
			}
		});
		if (!holds) throw new PartEnded();
	}
}
