import type {
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';
import { Abandoned, Failure, NoAnswer } from '../ground/failure';
import { backoffMs } from '../ground/backoff';
import { clock } from '../ground/clock';
import { certificateAdvice, isPassing, networkCode, type Trouble, troubleOf } from '../ground/networkTrouble';
import { redact } from '../ground/redact';
import { retryAfterMs } from '../ground/retryAfter';
import { shown } from '../ground/shown';
import { unlessLate } from '../ground/unlessLate';
import { explainRefusal } from './explainRefusal';
import { aFewTries, type Patience } from './patience';
import { type Route, routeOf, TIMEOUTS_IN_ALL } from './route';

const CREDENTIAL = 'pixxelApi';

/** Longest wait for one answer. The calls are short; a silent minute means a dead line. */
const ANSWER_TIMEOUT_MS = 60_000;

/** Where nobody listens so often in a row, nobody will, however long one is ready to wait. */
const MOST_UNREACHABLE = 4;

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
	// The documentation's addresses go on with /v0, and so do the node's.
	const text = typeof value === 'string' ? value.trim().replace(/(\/v0)?\/*$/, '') : '';
	const { protocol = '', username, password, search, hash } = URL.canParse(text) ? new URL(text) : ({} as Partial<URL>);
	if (!/^https?:$/.test(protocol) || username || password || search || hash) {
		throw new Failure(
			'"Base URL" in the Pixxel credential is not a plain web address',
			'Open the credential and set it to https://api.pixxel.space, or to the https address of your own gateway, without a user name and without "?" or "#".',
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
				: 'The API key in the Pixxel credential contains characters that cannot be part of a key',
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
		private readonly route: Route,
	) {}

	/**
	 * @param signal ends calls and the pauses between them
	 * @param route of calls that do not say another one
	 * @throws Failure where the credential cannot work, before anything is sent
	 */
	static async connect(context: ApiContext, signal: AbortSignal, route: Route = {}): Promise<PixxelClient> {
		const { apiKey, baseUrl } = await context.getCredentials(CREDENTIAL);
		return new PixxelClient(context, checkedBaseUrl(baseUrl), checkedKey(apiKey), signal, route);
	}

	/**
	 * Sends one call, and sends it again while that may help: after 429 and 5xx (heeding `Retry-After`),
	 * broken lines and timeouts.
	 *
	 * @returns the body of the successful answer, parsed where it is JSON
	 * @throws Failure with Pixxel's own words where it sent any
	 */
	async call(request: IHttpRequestOptions, patience: Patience = aFewTries()): Promise<unknown> {
		let unreachable = 0;
		for (let attempt = 1; ; attempt++) {
			const outcome = await this.send(request, patience);
			if ('body' in outcome) return outcome.body;
			if (this.signal.aborted) throw new Abandoned();

			const left = patience.until - clock.now();
			// "Retry after 0 seconds", or 1 each time, is no leave to hammer.
			const wait = Math.max(outcome.retryAfterMs ?? 0, Math.min(backoffMs(attempt), left));
			const { failure, untouched, trouble } = outcome;
			unreachable = trouble === 'unreachable' ? unreachable + 1 : 0;
			const isSpent = attempt >= patience.tries || unreachable >= MOST_UNREACHABLE;
			const hopeless = trouble === 'final' || isSpent || left <= 0 || wait > left;
			if (patience.onceOnly && !untouched && trouble !== 'final') {
				const { inDoubt, advice } = patience.onceOnly;
				throw new Failure(`${inDoubt}: ${failure.message}`, advice, failure.httpCode);
			}
			if (hopeless) throw failure;
			await clock.pause(wait, this.signal);
		}
	}

	/** Text of an exception, fit to be shown. */
	redact(text: string): string {
		return redact(text, this.apiKey);
	}

	/** One of Pixxel's words, which are free, as a message or a log can show it. */
	inWords(word: unknown): string {
		return shown(this.redact(String(word)));
	}

	private async send(ofCaller: IHttpRequestOptions, { until, isFirm, onceOnly, signal = this.signal }: Patience): Promise<Outcome> {
		const request = { ...this.route, ...ofCaller };
		const { timeout: longest = ANSWER_TIMEOUT_MS } = routeOf(request);
		// What may be sent only once gets all the time for its answer, however late it was sent.
		const timeout = onceOnly ? longest : Math.max(1_000, Math.min(longest, until - clock.now()));
		try {
			const answer = await unlessLate(
				async (late): Promise<IN8nHttpFullResponse> =>
					await this.context.helpers.httpRequestWithAuthentication.call(this.endingWith(signal, late), CREDENTIAL, {
						...request,
						baseURL: this.baseURL,
						json: true,
						returnFullResponse: true,
						// So that a refusal arrives with its headers, and a 401 is not sent twice.
						ignoreHttpStatusErrors: true,
						// n8n would carry the key along to wherever a redirect points.
						disableFollowRedirect: true,
						timeout,
					}),
				isFirm ? timeout : timeout * TIMEOUTS_IN_ALL,
				signal,
			);
			return this.judge(answer);
		} catch (error) {
			return this.noAnswer(error, request.proxy !== undefined);
		}
	}

	/** The context, as n8n's helper takes it: it has its cancel signal from there, and from nowhere else. */
	private endingWith(...signals: AbortSignal[]): ApiContext {
		// One for each request: Node warns of a leak where more than ten listen on the same.
		const signal = AbortSignal.any(signals);
		return Object.create(this.context, { getExecutionCancelSignal: { value: () => signal } }) as ApiContext;
	}

	private judge({ statusCode, headers, body }: IN8nHttpFullResponse): Outcome {
		if (statusCode >= 200 && statusCode < 300) return { body };
		return {
			failure: explainRefusal(statusCode, body, this.apiKey),
			trouble: isPassing(statusCode) ? 'passing' : 'final',
			untouched: statusCode === 429,
			retryAfterMs: retryAfterMs(headers['retry-after']),
		};
	}

	private noAnswer(error: unknown, hasProxy: boolean): Setback {
		const code = networkCode(error);
		const trouble = troubleOf(code);
		const { hostname } = new URL(this.baseURL);
		const failures: Record<Trouble, () => Failure> = {
			unreachable: () =>
				new Failure(
					`There is no Pixxel API to be reached at ${hostname}`,
					hasProxy
						? `Check the proxy under "Request Options" (on the tab Settings), and "Base URL" in the Pixxel credential. (${code})`
						: `Check "Base URL" in the Pixxel credential, and that this n8n can reach the internet. (${code})`,
				),
			passing: () =>
				new NoAnswer(
					`No answer came from ${hostname}: the connection broke or timed out`,
					`Run the workflow again. If it happens again, look at the network or proxy between n8n and Pixxel. (${code})`,
				),
			final: () =>
				new Failure(
					`The request to ${hostname} could not be sent`,
					certificateAdvice(code) ?? this.redact(error instanceof Error ? error.message : String(error)),
				),
		};
		return { failure: failures[trouble](), trouble, untouched: trouble === 'unreachable' || code === 'EAI_AGAIN' };
	}
}
