import type {
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';
import { Abandoned, Failure } from '../ground/failure';
import { backoffMs } from '../ground/backoff';
import { networkCode, type Trouble, troubleOf } from '../ground/networkTrouble';
import { pause } from '../ground/pause';
import { redact } from '../ground/redact';
import { retryAfterMs } from '../ground/retryAfter';
import { explainRefusal } from './explainRefusal';
import { aFewTries, type Patience } from './patience';

const CREDENTIAL = 'pixxelApi';

/** Longest wait for one answer. The calls are short; a silent minute means a dead line. */
const ANSWER_TIMEOUT_MS = 60_000;

type ApiContext = IExecuteSingleFunctions | ILoadOptionsFunctions | IPollFunctions;

/** A call that got no answer, or one that is no success, and whether asking again makes sense. */
interface Setback {
	failure: Failure;
	trouble: Trouble;
	/** Whether Pixxel certainly did nothing with the call. */
	untouched: boolean;
	retryAfterMs?: number;
}

type Outcome = { body: unknown } | Setback;

function checkedBaseUrl(value: unknown): string {
	const text = typeof value === 'string' ? value.trim().replace(/\/+$/, '') : '';
	if (!/^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : '')) {
		throw new Failure(
			'"Base URL" in the Pixxel credential is not a web address',
			'Open the credential and set it to https://api.pixxel.space, or to the https address of your own gateway.',
		);
	}
	return text;
}

function checkedKey(value: unknown): string {
	const key = typeof value === 'string' ? value.trim() : '';
	// What an HTTP header can carry. A line break inside the key would end in a riddle of Node's otherwise.
	if (!/^[\x20-\x7e]+$/.test(key)) {
		throw new Failure(
			key === ''
				? 'The Pixxel credential has no API key'
				: 'The API key in the Pixxel credential holds characters that no key has',
			'Open the credential and paste the key again, in one piece, as Aurora shows it.',
		);
	}
	return key;
}

/** Pixxel's API, as one node run reaches it. */
export class PixxelClient {
	private constructor(
		private readonly context: ApiContext,
		private readonly baseURL: string,
		private readonly apiKey: string,
		private readonly signal: AbortSignal,
	) {}

	/**
	 * @param signal ends calls and the pauses between them
	 * @throws Failure where the credential cannot work, before anything is sent
	 */
	static async connect(context: ApiContext, signal: AbortSignal): Promise<PixxelClient> {
		const { apiKey, baseUrl } = await context.getCredentials(CREDENTIAL);
		// The helper takes its cancel signal from the context, and from nowhere else. It gets one for each
		// request: Node warns of a leak where more than ten listen on the same.
		const ours = Object.create(context, {
			getExecutionCancelSignal: { value: () => AbortSignal.any([signal]) },
		});
		return new PixxelClient(ours, checkedBaseUrl(baseUrl), checkedKey(apiKey), signal);
	}

	/**
	 * Sends one call, and sends it again while that may help: after 429 and 5xx (heeding `Retry-After`),
	 * broken lines and timeouts.
	 *
	 * @returns the body of the successful answer, parsed where it is JSON
	 * @throws Failure with Pixxel's own words where it sent any
	 */
	async call(request: IHttpRequestOptions, patience: Patience = aFewTries()): Promise<unknown> {
		for (let attempt = 1; ; attempt++) {
			const outcome = await this.send(request, patience.until);
			if ('body' in outcome) return outcome.body;
			if (this.signal.aborted) throw new Abandoned();

			const left = patience.until - Date.now();
			// "Retry after 0 seconds", or after a time gone by on this clock, is no leave to hammer.
			const wait = outcome.retryAfterMs || Math.min(backoffMs(attempt), left);
			const tries = Math.min(patience.tries, outcome.trouble === 'unreachable' ? aFewTries().tries : Infinity);
			const hopeless = outcome.trouble === 'final' || attempt >= tries || left <= 0 || wait > left;
			const { failure, untouched, trouble } = outcome;
			if (patience.onceOnly && !untouched && trouble !== 'final') {
				const { inDoubt, advice } = patience.onceOnly;
				throw new Failure(`${inDoubt}: ${failure.message}`, advice, failure.httpCode);
			}
			if (hopeless) throw failure;
			await pause(wait, this.signal);
		}
	}

	/** Text of an exception, fit to be shown. */
	redact(text: string): string {
		return redact(text, this.apiKey);
	}

	private async send(request: IHttpRequestOptions, until: number): Promise<Outcome> {
		try {
			const answer: IN8nHttpFullResponse =
				await this.context.helpers.httpRequestWithAuthentication.call(this.context, CREDENTIAL, {
					...request,
					baseURL: this.baseURL,
					json: true,
					returnFullResponse: true,
					// So that a refusal arrives with its headers, and a 401 is not sent twice.
					ignoreHttpStatusErrors: true,
					// n8n would carry the key along to wherever a redirect points.
					disableFollowRedirect: true,
					timeout: Math.max(1_000, Math.min(ANSWER_TIMEOUT_MS, until - Date.now())),
				});
			return this.judge(answer);
		} catch (error) {
			return this.noAnswer(error);
		}
	}

	private judge({ statusCode, headers, body }: IN8nHttpFullResponse): Outcome {
		if (statusCode >= 200 && statusCode < 300) return { body };
		return {
			failure: explainRefusal(statusCode, body, this.apiKey),
			trouble: statusCode === 429 || statusCode >= 500 ? 'passing' : 'final',
			untouched: statusCode === 429,
			retryAfterMs: retryAfterMs(headers['retry-after']),
		};
	}

	private noAnswer(error: unknown): Setback {
		const code = networkCode(error);
		const trouble = troubleOf(code);
		const { hostname } = new URL(this.baseURL);
		const failures: Record<Trouble, () => Failure> = {
			unreachable: () =>
				new Failure(
					`There is no Pixxel API to be reached at ${hostname}`,
					`Check "Base URL" in the Pixxel credential, and that this n8n may reach the internet. (${code})`,
				),
			passing: () =>
				new Failure(
					`The connection to ${hostname} broke before Pixxel answered`,
					`Run the workflow again. If this stays, look at the network or proxy between n8n and Pixxel. (${code})`,
				),
			final: () =>
				new Failure(
					`The request to ${hostname} could not be sent`,
					this.redact(error instanceof Error ? error.message : String(error)),
				),
		};
		return { failure: failures[trouble](), trouble, untouched: trouble === 'unreachable' };
	}
}
