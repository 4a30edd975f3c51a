import { Cancelled, Failure } from '../../errors/Failure';
import { isTransientStatus, isTlsError, networkCode, classifyNetworkError } from '../../retry/networkErrors';
import { retryAfterMs } from '../../retry/retryAfter';
import { asAnswered } from './objectVersion';
import { MAX_CONSECUTIVE_FAILURES, type RetryBudget } from './RetryBudget';
import { SignedUrl } from './SignedUrl';
import type { OpenStream } from './stallWatchdog';
import { readStart, type Storage, type StorageAnswer } from './Storage';
import { compressed, describeStatus, isCompressed, isExpiredUrl, isThrottled, notSent, saysExpired, storageRefusal } from './storageErrors';

/** What has arrived so far is of no use for the rest: fetch the package from its first byte. */
export class RestartRequired extends Error {
	constructor(readonly reason: 'object-changed' | 'ranges-unsupported') {
		super(reason);
	}
}

/** Storage that asks for more is asked again sooner: it would cost one of the few attempts, not the file. */
const MAX_RETRY_AFTER_MS = 120_000;

/** URLs in a row, fresh ones, that storage refuses as well. More would be calls to Pixxel to no purpose. */
const MAX_URL_REJECTIONS = 3;

/** How long a URL that storage has served before, and refuses now without a reason, is given until it is tried once more. */
const PAUSE_BEFORE_SAME_URL_MS = 1_000;

/** A package that was just made may not be there yet: pauses of 1, 2, 3 and 4 seconds. */
const MAX_WAITS_FOR_NEW_PACKAGE = 4;

/** How much of what storage says to a refusal is read. */
const EXPLANATION_BYTES = 16_384;

/** Statuses by which storage may refuse a range that counts from the end, and nothing else. */
const REFUSES_SUFFIX_RANGE = new Set([400, 403, 405, 501]);

/** Sends GETs to storage until one is answered with bytes: pauses, tries again, and has expired URLs renewed. */
export class StorageClient {
	/** Bytes of the package that have arrived, over all connections and attempts. */
	received = 0;

	requestCount = 0;

	/** The quickest answer so far; Infinity before the first one. */
	firstByteMs = Infinity;

	private readonly link: SignedUrl;

	/** @param openStreams where connections that are being read are listed */
	constructor(
		private readonly storage: Storage,
		url: string,
		protected readonly signal: AbortSignal,
		private readonly openStreams: Set<OpenStream>,
	) {
		this.link = new SignedUrl(storage, url, signal);
	}

	/** The newest signed URL. */
	get url(): string {
		return this.link.url;
	}

	/**
	 * Sends a GET until storage answers it with 200 or 206.
	 *
	 * @throws RestartRequired where storage refuses what `headers` ask for; Failure; Cancelled
	 */
	async get(headers: Record<string, string>, budget: RetryBudget): Promise<StorageAnswer> {
		let waitsForNewPackage = 0;
		for (;;) {
			const { url } = this;
			const answer = await this.sendOnce(url, headers, budget);
			if (answer === undefined) continue;
			const { status } = answer;
			if (status === 200 || status === 206) {
				this.link.recordAccepted(url);
				return uncompressed(answer, headers);
			}
			const explanation = (await this.peek(answer, EXPLANATION_BYTES)).bytes.toString('utf8');
			if (headers.Range && (status === 412 || status === 416)) throw new RestartRequired('object-changed');
			if (refusesSuffixRange(headers, status, explanation)) throw new RestartRequired('ranges-unsupported');
			if (isExpiredUrl(status, explanation)) await this.onUrlRejected(url, budget, status, explanation);
			else if (status === 404 && this.received === 0 && ++waitsForNewPackage <= MAX_WAITS_FOR_NEW_PACKAGE) await this.storage.pause(waitsForNewPackage * 1_000, budget.signal);
			else if (isTransientStatus(status) || isThrottled(status, explanation)) await this.retryLater(answer, explanation, budget);
			else throw storageRefusal(status, explanation);
		}
	}

	/**
	 * Pauses before the next attempt, the longer the more of them were in vain.
	 *
	 * @param error what went wrong, to complete "in the last one …"
	 * @param asked what storage asks for: to slow down, and for how long to wait
	 * @throws Failure when there have been too many; Cancelled
	 */
	async waitBeforeRetry(budget: RetryBudget, error: string, asked: { throttled?: boolean; ms?: number } = {}): Promise<void> {
		if (budget.signal.aborted) throw new Cancelled();
		const { throttled = false, ms = 0 } = asked;
		const failures = budget.recordFailure(throttled);
		if (failures >= MAX_CONSECUTIVE_FAILURES) {
			throw new Failure(
				`The package could not be fetched: ${failures} attempts in a row received no data, in the last one ${error}`,
				'Run the node again later. If it happens again, look at the network or proxy between n8n and the storage.',
			);
		}
		await this.storage.pause(Math.max(ms, budget.pauseMs(throttled)), budget.signal);
	}

	/** Reads the start of an answer's body, as far as it comes, and closes the connection. Silence ends it, as anywhere else. */
	async peek({ body }: StorageAnswer, limit: number): Promise<{ bytes: Buffer; isAll: boolean }> {
		const watched: OpenStream = { body, quietMs: 0, awaitingNetwork: true };
		this.openStreams.add(watched);
		return await readStart(body, limit).finally(() => this.openStreams.delete(watched));
	}

	/** @returns undefined where the line broke before an answer came, and it makes sense to try again */
	private async sendOnce(url: string, headers: Record<string, string>, budget: RetryBudget): Promise<StorageAnswer | undefined> {
		this.requestCount++;
		const askedAt = this.storage.now();
		let answer: StorageAnswer;
		try {
			// Lengths and ranges are those of the package only if nothing is compressed on the way.
			answer = await this.storage.get(url, { ...headers, 'Accept-Encoding': 'identity' }, budget.signal);
		} catch (error) {
			const code = networkCode(error);
			const errorClass = classifyNetworkError(code);
			// One connection of many may break while TLS is agreed upon; where the first one cannot, none can.
			const isFinal = errorClass === 'permanent' && !(isTlsError(code) && this.received > 0);
			if (!budget.signal.aborted && isFinal) throw notSent(code);
			await this.waitBeforeRetry(budget, errorClass === 'unreachable' ? `storage could not be reached (${code})` : `the connection broke (${code})`);
			return undefined;
		}
		if (budget.signal.aborted) {
			answer.body.destroy();
			throw new Cancelled();
		}
		this.firstByteMs = Math.min(this.firstByteMs, this.storage.now() - askedAt);
		return asAnswered(answer);
	}

	/** Storage is busy, or in trouble: pauses for as long as it asks for, or as makes sense. */
	private async retryLater({ status, headers }: StorageAnswer, explanation: string, budget: RetryBudget): Promise<void> {
		const asked = retryAfterMs(headers['retry-after']);
		const ms = asked === undefined ? undefined : Math.min(asked, MAX_RETRY_AFTER_MS);
		await this.waitBeforeRetry(budget, `storage answered with ${describeStatus(status, explanation)}`, { throttled: isThrottled(status, explanation), ms });
	}

	/**
	 * A URL was refused. Its time may be over: then there is a fresh one. Or it is good, and storage has enough to do: then a fresh one
	 * would be refused as well, and what helps are fewer connections and a pause.
	 */
	private async onUrlRejected(url: string, budget: RetryBudget, status: number, explanation: string): Promise<void> {
		if (this.signal.aborted) throw new Cancelled();
		if (this.url !== url) return;
		const error = `storage answered with ${describeStatus(status, explanation)}`;
		if (status === 403 && !saysExpired(explanation) && this.link.recordRefused()) {
			return await this.waitBeforeRetry(budget, error, { throttled: true, ms: PAUSE_BEFORE_SAME_URL_MS });
		}
		const { othersAreServed } = budget;
		if (budget.recordUrlRejection() > MAX_URL_REJECTIONS) throw storageRefusal(status, explanation);
		// A fresh one as well. It may not be good yet, or storage may mean that it has enough connections.
		const isFresh = this.link.isRenewed && !this.link.wasAccepted;
		if (isFresh) {
			this.link.refusesWhenBusy ||= othersAreServed;
			await this.waitBeforeRetry(budget, error, { throttled: true });
		}
		if (this.url === url) await this.link.renew(isFresh, this.received);
	}
}

/** Not every storage knows a range that counts from the end, and each has a status of its own for that. */
function refusesSuffixRange({ Range }: Record<string, string>, status: number, explanation: string): boolean {
	return Boolean(Range?.startsWith('bytes=-')) && REFUSES_SUFFIX_RANGE.has(status) && !saysExpired(explanation);
}

/** @throws RestartRequired, or Failure, where the body is not the package's own bytes */
function uncompressed(answer: StorageAnswer, { Range }: Record<string, string>): StorageAnswer {
	// A part of what is compressed as a whole is of no use.
	const isUseless = answer.isDecoded && Range !== undefined;
	if (!isUseless && !isCompressed(answer)) return answer;
	answer.body.destroy();
	throw isUseless ? new RestartRequired('ranges-unsupported') : compressed();
}
