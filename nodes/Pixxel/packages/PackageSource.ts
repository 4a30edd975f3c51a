import type { IExecuteSingleFunctions } from 'n8n-workflow';
import type { RetryPolicy } from '../api/retryPolicy';
import type { ItemRun } from '../item/perItem';
import type { PackageAnswer } from './packageAnswer';

/** What comes out of a download. */
export const OUTPUTS = ['file', 'packageFiles', 'packageList', 'signedUrl'] as const;

export type Output = (typeof OUTPUTS)[number];

/** How one kind of package is asked for. Waiting, links, files and messages are the same for all kinds: `download/` sees to them. */
export interface PackageSource {
	/** What messages call it, e.g. "task". */
	readonly noun: string;

	/** Checks the item's fields before anything is sent. @throws Failure that names the field */
	validate(context: IExecuteSingleFunctions): void;

	/** Asks for the package for the first time. @returns the body of Pixxel's answer */
	request(run: ItemRun, policy: RetryPolicy): Promise<unknown>;

	/**
	 * Asks how far it is, and for a fresh link to it. Left out where nobody can be asked.
	 *
	 * @param first the answer to {@link request}
	 * @returns the body of Pixxel's answer
	 */
	poll?(run: ItemRun, policy: RetryPolicy, first: PackageAnswer): Promise<unknown>;

	/** What names the file, without an ending, where neither the user nor storage does: a name, if one is known, or else the ID. */
	fileName(run: ItemRun): { id: string; name?: string };

	/** Says more about a refusal than Pixxel does. @returns what to throw instead */
	explain?(run: ItemRun, refusal: unknown): Promise<unknown>;

	/** What a user should know before he relies on the package. */
	warning?(run: ItemRun): string | undefined;
}
