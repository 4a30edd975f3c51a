import { Cancelled, Failure } from '../errors/Failure';
import type { Storage } from './remote/Storage';
import { RestartRequired } from './remote/StorageClient';
import { TransferAttempt, type TransferOptions, whyItEnded } from './TransferAttempt';

/** A package whose fetching had to start again this often changes faster than it can be fetched. */
const MAX_STARTS = 5;

const PAUSE_BEFORE_RESTART_MS = 1_000;

/**
 * Has a package fetched, from the start again each time it turns out to have been replaced.
 *
 * @param work what it did before is to be forgotten when it is called again
 * @param cannotResume what to say where storage knows no ranges; left out, the package is started again then as well
 * @throws Failure that names neither the URL nor anything of it; Cancelled once the signal aborts
 */
export async function withRestarts<T>(
	storage: Storage,
	url: string,
	options: TransferOptions,
	work: (attempt: TransferAttempt) => Promise<T>,
	cannotResume?: () => Failure,
): Promise<T> {
	const { signal } = options;
	let reason: RestartRequired['reason'] | undefined;
	for (let start = 1; start <= MAX_STARTS; start++) {
		if (start > 1) await storage.pause(PAUSE_BEFORE_RESTART_MS * (start - 1), signal);
		if (signal.aborted) throw new Cancelled();
		const attempt = new TransferAttempt(storage, url, options);
		try {
			return await attempt.run(async () => await work(attempt));
		} catch (error) {
			if (signal.aborted || !(error instanceof RestartRequired)) throw whyItEnded(error, signal);
			reason = error.reason;
			if (reason === 'ranges-unsupported' && cannotResume) throw cannotResume();
			url = attempt.remote.url;
			// Storage that says that it knows ranges, behind somebody who takes them out of requests, is asked for nothing but the whole.
			if (reason === 'ranges-unsupported') options = { ...options, connections: 1 };
			storage.report(`starting again: ${reason === 'object-changed' ? 'the package was replaced' : 'storage cannot resume'}`);
		}
	}
	throw reason === 'object-changed'
		? new Failure(
				`The package was replaced ${MAX_STARTS} times while it was being fetched`,
				'Someone is having it packaged again and again. Wait until that has ended, then run the node again.',
			)
		: new Failure(
				`The connection broke ${MAX_STARTS} times, and this storage cannot resume`,
				'Run the node again, if possible from a machine with a steadier line.',
			);
}
