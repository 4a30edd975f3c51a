import type {
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';
import { Cancelled, Failure, NoAnswer } from '../errors/Failure';
import { backoffMs } from '../retry/backoff';
import { clock } from '../retry/clock';
import { certificateAdvice, isTransientStatus, networkCode, type ErrorClass, classifyNetworkError } from '../retry/networkErrors';
import { redact } from '../errors/redact';
import { retryAfterMs } from '../retry/retryAfter';
import { printable } from '../errors/printable';
import { withTimeout } from '../retry/withTimeout';
import { checkedBaseUrl, checkedKey } from './checkCredential';
import { explainRefusal } from './explainRefusal';
import { defaultRetry, type RetryPolicy } from './retryPolicy';
import { type Route, routeOf, TIMEOUTS_IN_ALL } from './route';

const CREDENTIAL = 'pixxelApi';

/** Longest wait for one answer. The calls are short; a silent minute means a dead line. */
const ANSWER_TIMEOUT_MS = 60_000;

/** Where nobody listens so often in a row, nobody will, however long one is ready to wait. */
const MAX_UNREACHABLE = 4;

type ApiContext = IExecuteSingleFunctions | ILoadOptionsFunctions | IPollFunctions;

/** A call that got no answer, or one that is no success, and whether asking again makes sense. */
interface FailedAttempt {
	failure: Failure;
	errorClass: ErrorClass;
	/** Whether Pixxel certainly did nothing with the call. */
	notProcessed: boolean;
	retryAfterMs?: number;
}

type Outcome = { body: unknown } | FailedAttempt;

function parsed(bytes: Buffer): unknown {
	try {
		return JSON.parse(bytes.toString('utf8'));
	} catch {
		return undefined;
	}
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
	 * @returns the body of the successful answer, parsed where it is JSON; its bytes where the request says `encoding: 'arraybuffer'`
	 * @throws Failure with Pixxel's own words where it sent any
	 */
	async call(request: IHttpRequestOptions, policy: RetryPolicy = defaultRetry()): Promise<unknown> {
		let unreachable = 0;
		for (let attempt = 1; ; attempt++) {
			const outcome = await this.send(request, policy);
			if ('body' in outcome) return outcome.body;
			if (this.signal.aborted) throw new Cancelled();

			const left = policy.deadline - clock.now();
			// "Retry after 0 seconds", or 1 each time, is no leave to hammer.
			const wait = Math.max(outcome.retryAfterMs ?? 0, Math.min(backoffMs(attempt), left));
			const { failure, notProcessed, errorClass } = outcome;
			unreachable = errorClass === 'unreachable' ? unreachable + 1 : 0;
			const isSpent = attempt >= policy.maxAttempts || unreachable >= MAX_UNREACHABLE;
			const isFinal = errorClass === 'permanent' || isSpent || left <= 0 || wait > left;
			if (policy.nonIdempotent && !notProcessed && errorClass !== 'permanent') {
				const { unknownOutcome, advice } = policy.nonIdempotent;
				throw new Failure(`${unknownOutcome}: ${failure.message}`, advice, failure.httpCode);
			}
			if (isFinal) throw failure;
			await clock.pause(wait, this.signal);
		}
	}

	/** Text of an exception, fit to be shown. */
	redact(text: string): string {
		return redact(text, this.apiKey);
	}

	/** One of Pixxel's words, which are free, as a message or a log can show it. */
	inWords(word: unknown): string {
		return printable(this.redact(String(word)));
	}

	private async send(ofCaller: IHttpRequestOptions, { deadline, isFirm, nonIdempotent, signal = this.signal }: RetryPolicy): Promise<Outcome> {
		const request = { ...this.route, ...ofCaller };
		const { timeout: longest = ANSWER_TIMEOUT_MS } = routeOf(request);
		// What may be sent only once gets all the time for its answer, however late it was sent.
		const timeout = nonIdempotent ? longest : Math.max(1_000, Math.min(longest, deadline - clock.now()));
		try {
			const answer = await withTimeout(
				async (late): Promise<IN8nHttpFullResponse> =>
					await this.context.helpers.httpRequestWithAuthentication.call(this.endingWith(signal, late), CREDENTIAL, {
						...request,
						baseURL: this.baseURL,
						json: request.encoding !== 'arraybuffer',
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
			// Whatever else was asked for: a refusal is JSON.
			failure: explainRefusal(statusCode, Buffer.isBuffer(body) ? parsed(body) : body, this.apiKey),
			errorClass: isTransientStatus(statusCode) ? 'transient' : 'permanent',
			notProcessed: statusCode === 429,
			retryAfterMs: retryAfterMs(headers['retry-after']),
		};
	}

	private noAnswer(error: unknown, hasProxy: boolean): FailedAttempt {
		const code = networkCode(error);
		const errorClass = classifyNetworkError(code);
		const { hostname } = new URL(this.baseURL);
		const failures: Record<ErrorClass, () => Failure> = {
			unreachable: () =>
				new Failure(
					`There is no Pixxel API to be reached at ${hostname}`,
					hasProxy
						? `Check the proxy under "Request Options" (on the tab Settings), and "Base URL" in the Pixxel credential. (${code})`
						: `Check "Base URL" in the Pixxel credential, and that this n8n can reach the internet. (${code})`,
				),
			transient: () =>
				new NoAnswer(
					`No answer came from ${hostname}: the connection broke or timed out`,
					`Run the workflow again. If it happens again, look at the network or proxy between n8n and Pixxel. (${code})`,
				),
			permanent: () =>
				new Failure(
					`The request to ${hostname} could not be sent`,
					certificateAdvice(code) ?? this.redact(error instanceof Error ? error.message : String(error)),
				),
		};
		return { failure: failures[errorClass](), errorClass, notProcessed: errorClass === 'unreachable' || code === 'EAI_AGAIN' };
	}
}
