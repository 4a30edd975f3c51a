import { defaultRetry, retryUntil } from '../api/retryPolicy';
import { NOT_AS_DOCUMENTED } from '../api/readAnswer';
import { isFailedStatus, isInProgress } from '../api/statusWords';
import { clock } from '../retry/clock';
import { Failure } from '../errors/Failure';
import type { ItemRun } from '../item/perItem';
import { formatSeconds } from '../retry/formatSeconds';
import { pollUntil } from '../retry/pollUntil';
import type { DownloadSettings } from './downloadSettings';
import { type PackageAnswer, usableUrl, readPackageAnswer } from './packageAnswer';
import { explainByJobStatus } from './explainByJobStatus';

/** Looks at a link that is none, before it is taken for an answer: it may be something that stands there meanwhile. */
const MAX_INVALID_URL_POLLS = 3;

const invalidUrl = () =>
	new Failure(`Pixxel's answer has no web address for its "signed_url", but something else`, NOT_AS_DOCUMENTED);

/**
 * Asks Pixxel for a package, and goes on asking until it is ready where the settings say so. Asking again
 * means sending the same PUT: the API has no other way to look.
 *
 * @param deadline when the wait is over (by the clock)
 * @param lookUntil as long may looks be tried again that bring no answer, where that is longer
 * @returns the API's last answer; without a usable `signed_url` only where the settings say not to wait
 * @throws Failure where packaging failed, the time is up, or Pixxel refuses
 */
export async function awaitPackage(
	item: ItemRun,
	{ waitUntilReady, pollIntervalMs, maxWaitMs }: DownloadSettings,
	deadline: number,
	lookUntil = deadline,
): Promise<PackageAnswer> {
	const { logger } = item.context;
	const startedAt = clock.now();
	let last: PackageAnswer | undefined;
	let withoutLink = 0;

	const look = async (): Promise<PackageAnswer> => {
		const policy = waitUntilReady ? retryUntil(Math.max(deadline, lookUntil)) : defaultRetry();
		const body = await item.pixxel
			.call(item.request, policy)
			.catch(async (refusal) => await Promise.reject(await explainByJobStatus(item, refusal)));
		const answer = readPackageAnswer(body);
		if (!usableUrl(answer) && isFailedStatus(answer.status)) {
			throw new Failure(
				`Pixxel could not make this package: its status is "${item.pixxel.inWords(answer.status)}"`,
				'Look at the task or job in Aurora. If its analysis succeeded, run this node again to request the package again.',
			);
		}
		if (!usableUrl(answer) && answer.signed_url?.trim() && !isInProgress(answer.status)) withoutLink += 1;
		if (withoutLink >= (waitUntilReady ? MAX_INVALID_URL_POLLS : 1)) throw invalidUrl();
		if (!last && !usableUrl(answer) && waitUntilReady) {
			logger.info(`Pixxel: waiting for a package (status "${item.pixxel.inWords(answer.status)}")`);
		}
		last = answer;
		return answer;
	};

	if (!waitUntilReady) return await look();

	const answer = await pollUntil(
		{ pollIntervalMs, deadline, signal: item.signal },
		look,
		(seen) => usableUrl(seen) !== undefined,
		({ status }) =>
			new Failure(
				`The package was not ready within ${formatSeconds(maxWaitMs)} (last status: "${item.pixxel.inWords(status)}")`,
				'Pixxel goes on making it. Raise "Max Wait" under Options; or turn off "Wait Until Ready" and ask again later with a Wait node in a loop.',
			),
	);
	logger.info(`Pixxel: the package was ready after ${formatSeconds(clock.now() - startedAt)}`);
	return answer;
}
