import { Failure } from '../errors/Failure';
import { perItem } from '../item/perItem';
import { type PackageAnswer, usableUrl } from '../packages/packageAnswer';
import type { PackageSource } from '../packages/PackageSource';
import { clock } from '../retry/clock';
import { awaitPackage } from './awaitPackage';
import { readDownloadSettings } from './downloadSettings';
import { storeEntries } from './storeEntries';
import { storeFile } from './storeFile';

const renewalFailed = () =>
	new Failure(
		'The link to the package expired, and Pixxel gave no new one',
		'Run the node again: Pixxel may have to package it again. "Wait Until Ready" waits for that.',
	);

const linkExpired = () =>
	new Failure('The link to the package has expired, or is refused', 'Run the node that gave the link once more, then this one: only that node can renew it.');

/** A call for a fresh link may be repeated for so long, whatever is left of Max Wait: a busy moment should not cost gigabytes that have come. */
const RENEWAL_MS = 10_000;

/** The download of a kind of package: asks for it, waits until it is ready, and outputs its signed URL, its file, or the files in it. */
export function downloadOperation(source: PackageSource) {
	return perItem(
		(context) => {
			source.validate(context);
			readDownloadSettings(context);
		},
		async (item) => {
			const { context } = item;
			const settings = readDownloadSettings(context);
			let waitedMs = 0;
			const waitForPackage = async (signal: AbortSignal, renewalMs: number, first?: PackageAnswer) => {
				const startedAt = clock.now();
				const deadline = startedAt + Math.max(0, settings.maxWaitMs - waitedMs);
				const waiting = awaitPackage({ ...item, signal }, source, settings, { deadline, callDeadline: startedAt + renewalMs, first });
				return await waiting.finally(() => (waitedMs += clock.now() - startedAt));
			};
			const answer = await waitForPackage(item.signal, 0);
			let url = usableUrl(answer);
			let first = answer;
			const warning = url === undefined ? undefined : source.warning?.(item);
			if (warning !== undefined) context.logger.warn(`Pixxel: ${warning}`);
			if (settings.output === 'signedUrl' || url === undefined) return [{ json: answer }];

			// The URL is a secret, and soon stale: with the file at hand, nobody needs it.
			const json = { ...answer };
			delete json.signed_url;
			const renewUrl = async (signal: AbortSignal) => {
				if (!source.poll) throw linkExpired();
				let fresh = usableUrl(await waitForPackage(signal, RENEWAL_MS, first));
				if (fresh === url && source.poll !== source.request) {
					// This download has no other link: so, another download.
					first = await waitForPackage(signal, RENEWAL_MS);
					fresh = usableUrl(first);
				}
				if (fresh === undefined) throw renewalFailed();
				return (url = fresh);
			};
			if (settings.output !== 'file') return await storeEntries(item, url, settings, json, renewUrl);
			const { file, facts } = await storeFile(item, url, settings, source.fileName(item), renewUrl);
			return [{ json: { ...json, file: facts }, binary: { [settings.outputPropertyName]: file } }];
		},
	);
}
