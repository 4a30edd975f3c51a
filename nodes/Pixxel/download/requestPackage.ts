import { aFewTries, patientUntil } from '../api/patience';
import { NOT_AS_DOCUMENTED } from '../api/readAnswer';
import { isFailedStatus, isUnderWay } from '../api/statusWords';
import { clock } from '../ground/clock';
import { Failure } from '../ground/failure';
import type { ItemWork } from '../item/perItem';
import { seconds } from '../ground/seconds';
import { waitUntil } from '../ground/waitUntil';
import type { DownloadSettings } from './downloadSettings';
import { type PackageAnswer, packageUrl, readPackageAnswer } from './packageAnswer';
import { whyNoPackage } from './whyNoPackage';

/** Looks at a link that is none, before it is taken for an answer: it may be something that stands there meanwhile. */
const LOOKS_AT_NO_LINK = 3;

const NO_LINK = () =>
	new Failure(`Pixxel's answer has no web address for its "signed_url", but something else`, NOT_AS_DOCUMENTED);

/**
 * Asks Pixxel for a package, and goes on asking until it is ready where the settings say so. Asking again
 * means sending the same PUT: the API has no other way to look.
 *
 * @param until when the wait is over (by the clock)
 * @param lookUntil as long may looks be tried again that bring no answer, where that is longer
 * @returns the API's last answer; without a usable `signed_url` only where the settings say not to wait
 * @throws Failure where packaging failed, the time is up, or Pixxel refuses
 */
export async function requestPackage(
	item: ItemWork,
	{ waitUntilReady, pollIntervalMs, maxWaitMs }: DownloadSettings,
	until: number,
	lookUntil = until,
): Promise<PackageAnswer> {
	const { logger } = item.context;
	const startedAt = clock.now();
	let last: PackageAnswer | undefined;
	let withoutLink = 0;

	const look = async (): Promise<PackageAnswer> => {
		const patience = waitUntilReady ? patientUntil(Math.max(until, lookUntil)) : aFewTries();
		const body = await item.pixxel
			.call(item.request, patience)
			.catch(async (refusal) => await Promise.reject(await whyNoPackage(item, refusal)));
		const answer = readPackageAnswer(body);
		if (!packageUrl(answer) && isFailedStatus(answer.status)) {
			throw new Failure(
				`Pixxel could not make this package: its status is "${item.pixxel.inWords(answer.status)}"`,
				'Look at the task or job in Aurora. If its analysis succeeded, run this node again to have it packaged anew.',
			);
		}
		if (!packageUrl(answer) && answer.signed_url?.trim() && !isUnderWay(answer.status)) withoutLink += 1;
		if (withoutLink >= (waitUntilReady ? LOOKS_AT_NO_LINK : 1)) throw NO_LINK();
		if (!last && !packageUrl(answer) && waitUntilReady) {
			logger.info(`Pixxel: waiting for a package (status "${item.pixxel.inWords(answer.status)}")`);
		}
		last = answer;
		return answer;
	};

	if (!waitUntilReady) return await look();

	const answer = await waitUntil(
		{ pollIntervalMs, until, signal: item.signal },
		look,
		(seen) => packageUrl(seen) !== undefined,
		({ status }) =>
			new Failure(
				`The package was not ready within ${seconds(maxWaitMs)} (last status: "${item.pixxel.inWords(status)}")`,
				'Pixxel goes on making it. Raise "Max Wait" under Options; or turn off "Wait Until Ready" and ask again later with a Wait node in a loop.',
			),
	);
	logger.info(`Pixxel: the package was ready after ${seconds(clock.now() - startedAt)}`);
	return answer;
}
