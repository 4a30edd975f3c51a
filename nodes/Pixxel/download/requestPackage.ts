import { aFewTries, patientUntil } from '../api/patience';
import { isFailedStatus } from '../api/statusWords';
import { Failure } from '../ground/failure';
import type { ItemWork } from '../item/perItem';
import { waitUntil } from '../ground/waitUntil';
import type { DownloadSettings } from './downloadSettings';
import { type PackageAnswer, packageUrl, readPackageAnswer } from './packageAnswer';

/**
 * Asks Pixxel for a package, and goes on asking until it is ready where the settings say so. Asking again
 * means sending the same PUT: the API has no other way to look.
 *
 * @returns the API's last answer; without a usable `signed_url` only where the settings say not to wait
 * @throws Failure where packaging failed, the time is up, or Pixxel refuses
 */
export async function requestPackage(
	item: ItemWork,
	{ waitUntilReady, pollIntervalMs, maxWaitMs }: DownloadSettings,
): Promise<PackageAnswer> {
	const { logger } = item.context;
	const startedAt = Date.now();
	const until = startedAt + maxWaitMs;
	let last: PackageAnswer | undefined;

	const look = async (): Promise<PackageAnswer> => {
		const patience = waitUntilReady ? patientUntil(until) : aFewTries();
		const answer = readPackageAnswer(await item.pixxel.call(item.request, patience));
		if (!packageUrl(answer) && isFailedStatus(answer.status)) {
			throw new Failure(
				`Pixxel could not make this package: its status is "${answer.status}"`,
				'Look at the task in Aurora. If its analysis succeeded, run this node again to have it packaged anew.',
			);
		}
		if (!last && !packageUrl(answer) && waitUntilReady) {
			logger.info(`Pixxel: waiting for a package (status "${answer.status}")`);
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
				`The package was not ready within ${seconds(maxWaitMs)} (last status: "${status}")`,
				'Pixxel goes on making it. Raise "Max Wait" under Options; or turn off "Wait Until Ready" and ask again later with a Wait node in a loop.',
			),
	);
	logger.info(`Pixxel: the package was ready after ${seconds(Date.now() - startedAt)}`);
	return answer;
}

function seconds(ms: number): string {
	return `${Math.round(ms / 100) / 10} seconds`;
}
