import { defaultRetry, retryUntil } from '../api/retryPolicy';
import { NOT_AS_DOCUMENTED } from '../api/readAnswer';
import { isFailedStatus, isInProgress } from '../api/statusWords';
import { clock } from '../retry/clock';
import { Failure } from '../errors/Failure';
import type { ItemRun } from '../item/perItem';
import { formatSeconds } from '../retry/formatSeconds';
import { pollUntil } from '../retry/pollUntil';
import type { DownloadSettings } from './downloadSettings';
import { type PackageAnswer, usableUrl, readPackageAnswer } from '../packages/packageAnswer';
import type { PackageSource } from '../packages/PackageSource';

/** Looks at a link that is none, before it is taken for an answer: it may be something that stands there meanwhile. */
const MAX_INVALID_URL_POLLS = 3;

const invalidUrl = () =>
	new Failure(`Pixxel's answer has no web address for its "signed_url", but something else`, NOT_AS_DOCUMENTED);

interface WaitFor {
	/** When the wait is over (by the clock). */
	deadline: number;
	/** Calls that bring no answer may be repeated until then, where that is later. */
	callDeadline: number;
	/** The answer to the first request, where there was one. */
	first?: PackageAnswer;
}

/**
 * Asks Pixxel for a package, and goes on asking until it is ready where the settings say so.
 *
 * @returns the API's last answer; without a usable `signed_url` only where the settings say not to wait
 * @throws Failure where packaging failed, the time is up, or Pixxel refuses
 */
export async function awaitPackage(
	item: ItemRun,
	source: PackageSource,
	{ waitUntilReady, pollIntervalMs, maxWaitMs }: DownloadSettings,
	{ deadline, callDeadline, first }: WaitFor,
): Promise<PackageAnswer> {
	const { logger } = item.context;
	const startedAt = clock.now();
	let asked = first;
	let isWaiting = false;
	let withoutLink = 0;

	const ask = async (): Promise<PackageAnswer> => {
		const policy = waitUntilReady ? retryUntil(Math.max(deadline, callDeadline)) : defaultRetry();
		const asking = asked && source.poll ? source.poll(item, policy, asked) : source.request(item, policy);
		const body = await asking.catch(async (refusal) => await Promise.reject((await source.explain?.(item, refusal)) ?? refusal));
		const answer = readPackageAnswer(body);
		if (!usableUrl(answer) && isFailedStatus(answer.status)) {
			throw new Failure(
				`Pixxel could not make this package: its status is "${item.pixxel.inWords(answer.status)}"`,
				`Look at the ${source.noun} in Aurora. If its analysis succeeded, run this node again to request the package again.`,
			);
		}
		if (!usableUrl(answer) && answer.signed_url?.trim() && !isInProgress(answer.status)) withoutLink += 1;
		if (withoutLink >= (waitUntilReady ? MAX_INVALID_URL_POLLS : 1)) throw invalidUrl();
		if (!isWaiting && !usableUrl(answer) && waitUntilReady) {
			isWaiting = true;
			logger.info(`Pixxel: waiting for a package (status "${item.pixxel.inWords(answer.status)}")`);
		}
		asked ??= answer;
		return answer;
	};

	if (!waitUntilReady) return await ask();

	const answer = await pollUntil(
		{ pollIntervalMs, deadline, signal: item.signal },
		ask,
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
