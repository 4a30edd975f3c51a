import { clock } from '../retry/clock';
import { Failure } from '../errors/Failure';
import { type IdField, requireIds } from '../item/ids';
import { perItem } from '../item/perItem';
import { readDownloadSettings } from './downloadSettings';
import { usableUrl } from './packageAnswer';
import { storeEntries } from './storeEntries';
import { readSelection } from './readSelection';
import { awaitPackage } from './awaitPackage';
import { storeFile } from './storeFile';

const renewalFailed = () =>
	new Failure(
		'The link to the package expired, and Pixxel gave no new one',
		'Run the node again: Pixxel may have to make the package anew. "Wait Until Ready" waits for that.',
	);

/** A look for a fresh link may be tried again for so long, whatever is left of Max Wait: a busy moment should not cost gigabytes that have come. */
const RENEWAL_MS = 10_000;

/**
 * The download of a task's or a job's package: asks for it, waits until it is ready, and hands on its
 * signed URL, its file, or the files in it.
 *
 * @param ids the fields that say which package; the last one names the file where storage and the user do not
 */
export function downloadPackage(ids: [...IdField[], IdField]) {
	return perItem(
		(context) => {
			requireIds(context, ids);
			readDownloadSettings(context);
		},
		async (item) => {
			const { context } = item;
			const settings = readDownloadSettings(context);
			let waitedMs = 0;
			const waitForPackage = async (signal: AbortSignal, lookMs: number) => {
				const startedAt = clock.now();
				const deadline = startedAt + Math.max(0, settings.maxWaitMs - waitedMs);
				const waiting = awaitPackage({ ...item, signal }, settings, deadline, startedAt + lookMs);
				return await waiting.finally(() => (waitedMs += clock.now() - startedAt));
			};
			const answer = await waitForPackage(item.signal, 0);
			const url = usableUrl(answer);
			const picked = readSelection(context, ids.at(-1) as IdField);
			if (url !== undefined && picked.failed) {
				context.logger.warn(`Pixxel: this package may lack results, as its ${picked.what} did not succeed (${picked.id})`);
			}
			if (settings.output === 'signedUrl' || url === undefined) return [{ json: answer }];

			// The URL is a secret, and soon stale: with the file at hand, nobody needs it.
			const json = { ...answer };
			delete json.signed_url;
			const renewUrl = async (signal: AbortSignal) => {
				// One more PUT: for a package that is ready, Pixxel answers with a fresh URL.
				const fresh = usableUrl(await waitForPackage(signal, RENEWAL_MS));
				if (fresh === undefined) throw renewalFailed();
				return fresh;
			};
			if (settings.output !== 'file') return await storeEntries(item, url, settings, json, renewUrl);
			const file = await storeFile(item, url, settings, `${picked.name ?? picked.id}.zip`, renewUrl);
			return [{ json, binary: { [settings.outputPropertyName]: file } }];
		},
	);
}
