import { Abandoned, Failure } from '../ground/failure';
import { isPassing, networkCode, troubleOf } from '../ground/networkTrouble';
import { retryAfterMs } from '../ground/retryAfter';
import { Hope } from './Hope';
import { Link } from './Link';
import { asksToSlowDown, compressed, isCompressed, isRefusedUrl, named, notSent, refusal } from './refusals';
import { readText, type Storage, type StorageAnswer } from './storage';
import { rangeHeaders, readContentRange, sameVersion, type Version, versionOf } from './version';

/** What has arrived so far is of no use for the rest: fetch the package from its first byte. */
export class StartAnew extends Error {
	constructor(readonly reason: 'replaced' | 'no ranges') {
		super(reason);
	}
}

/** Tries in a row in which not one byte of the package arrives. With the pauses between them: half a minute to a minute, longer where storage asks for it. */
const MOST_FRUITLESS_TRIES = 8;

/** Storage that asks for more is asked again sooner: it would cost one of the few tries, not the file. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/** Fresh URLs in a row that storage refuses as well. More would be PUTs to no purpose. */
const MOST_REFUSED_URLS = 3;

/**
 * n8n opens a connection for each request, so the first byte of an answer is three round trips away: TCP's
 * handshake, TLS', and the request.
 */
const ROUND_TRIPS_TO_FIRST_BYTE = 3;

/** A package on storage: how to get at any part of it, whatever the line and the URL do. */
export class RemotePackage {
	version: Version = {};

	/** Bytes of the package that have arrived, over all connections and tries. */
	received = 0;

	/** Tries so far, over all connections. */
	tries = 0;

	private firstByteMs = Infinity;

	private readonly link: Link;

	constructor(
		private readonly storage: Storage,
		url: string,
		private readonly signal: AbortSignal,
	) {
		this.link = new Link(storage, url, signal);
	}

	/** The newest signed URL. */
	get url(): string {
		return this.link.url;
	}

	/** The line's round trip, as far as the quickest answer tells; Infinity before the first one. */
	get roundTripMs(): number {
		return this.firstByteMs / ROUND_TRIPS_TO_FIRST_BYTE;
	}

	/** Asks for the whole package, and remembers which version that is. */
	async open(): Promise<StorageAnswer> {
		const answer = await this.ask({}, new Hope(this));
		this.version = versionOf(answer);
		return answer;
	}

	/**
	 * Asks for the package's last bytes, and remembers which version that is.
	 *
	 * @returns an answer of status 206, whose body are the last `bytes` of the package or all of a smaller one;
	 *   or of status 200, whose body is the whole package: not every storage knows such a range
	 */
	async openTail(bytes: number): Promise<StorageAnswer> {
		const answer = await this.ask({ Range: `bytes=-${bytes}` }, new Hope(this)).catch(async (error) => {
			// 416: of a storage that takes no such range (Azure's), or of an empty package.
			return await (error instanceof StartAnew ? this.open() : Promise.reject(error));
		});
		this.version = versionOf(answer);
		if (answer.status === 200) return answer;
		const { length = 0 } = this.version;
		if (length > 0 && readContentRange(answer.headers['content-range'])?.from === Math.max(0, length - bytes)) return answer;
		answer.body.destroy();
		return await this.open();
	}

	/**
	 * Asks for the bytes `from` up to, not including, `end`, of the version that was opened.
	 *
	 * @returns an answer whose body starts at `from`; it may end before `end`
	 * @throws StartAnew where that version is gone, or storage knows no ranges
	 */
	async openRange(from: number, end: number, hope: Hope): Promise<StorageAnswer> {
		for (;;) {
			const answer = await this.ask(rangeHeaders(this.version, from, end), hope);
			if (!sameVersion(this.version, versionOf(answer))) {
				answer.body.destroy();
				throw new StartAnew('replaced');
			}
			if (answer.status === 200) {
				answer.body.destroy();
				throw new StartAnew('no ranges');
			}
			if (readContentRange(answer.headers['content-range'])?.from === from) return answer;
			answer.body.destroy();
			await this.rideOut(hope, 'storage answered with another part of the package than the one asked for');
		}
	}

	/**
	 * Pauses before the next try, the longer the more of them were in vain.
	 *
	 * @param asked what storage asks for: to slow down, and for how long to wait
	 * @throws Failure when there is no hope left; NotWanted
	 */
	async rideOut(hope: Hope, trouble: string, asked: { slowDown?: boolean; ms?: number } = {}): Promise<void> {
		if (this.signal.aborted) throw new Abandoned();
		const { slowDown = false, ms = 0 } = asked;
		const fruitless = hope.lose(slowDown);
		hope.check();
		if (fruitless >= MOST_FRUITLESS_TRIES) {
			throw new Failure(
				`The package could not be fetched: ${fruitless} tries in a row brought nothing, in the last one ${trouble}`,
				'Run the node again later. If it happens again, look at the network or proxy between n8n and the storage.',
			);
		}
		await this.storage.pause(Math.max(ms, hope.pauseMs(slowDown)), this.signal);
		hope.check();
	}

	/** Sends a GET until storage answers it with 200 or 206. */
	private async ask(headers: Record<string, string>, hope: Hope): Promise<StorageAnswer> {
		for (;;) {
			const { url } = this;
			const answer = await this.send(url, headers, hope);
			if (answer === undefined) continue;
			const { status } = answer;
			if (status === 200 || (status === 206 && headers.Range)) {
				// A part of what is compressed as a whole is of no use.
				const isUseless = answer.isDecoded && headers.Range !== undefined;
				if (!isUseless && !isCompressed(answer)) return answer;
				answer.body.destroy();
				throw isUseless ? new StartAnew('no ranges') : compressed();
			}
			const explanation = await readText(answer.body);
			if (headers.Range && (status === 412 || status === 416)) throw new StartAnew('replaced');
			if (isRefusedUrl(status, explanation)) await this.renew(url, hope, status, explanation);
			else if (isPassing(status)) await this.waitFor(answer, explanation, hope);
			else throw refusal(status, explanation);
		}
	}

	/** @returns undefined where the line broke before an answer came, and it makes sense to try again */
	private async send(url: string, headers: Record<string, string>, hope: Hope): Promise<StorageAnswer | undefined> {
		this.tries++;
		const askedAt = this.storage.now();
		let answer: StorageAnswer;
		try {
			// Lengths and ranges are those of the package only if nothing is compressed on the way.
			answer = await this.storage.get(url, { ...headers, 'Accept-Encoding': 'identity' }, this.signal);
		} catch (error) {
			const code = networkCode(error);
			const trouble = troubleOf(code);
			if (!this.signal.aborted && trouble === 'final') throw notSent(code);
			await this.rideOut(hope, trouble === 'unreachable' ? `storage could not be reached (${code})` : `the connection broke (${code})`);
			return undefined;
		}
		if (this.signal.aborted) {
			answer.body.destroy();
			throw new Abandoned();
		}
		if (hope.isOver) answer.body.destroy();
		hope.check();
		this.firstByteMs = Math.min(this.firstByteMs, this.storage.now() - askedAt);
		return answer;
	}

	/** Storage is busy, or in trouble: pauses for as long as it asks for, or as makes sense. */
	private async waitFor({ status, headers }: StorageAnswer, explanation: string, hope: Hope): Promise<void> {
		const asked = retryAfterMs(headers['retry-after']);
		const ms = asked === undefined ? undefined : Math.min(asked, LONGEST_RETRY_AFTER_MS);
		await this.rideOut(hope, `storage answered with ${named(status, explanation)}`, { slowDown: asksToSlowDown(status), ms });
	}

	/** Sees to a fresh URL for one that storage refuses. */
	private async renew(refused: string, hope: Hope, status: number, explanation: string): Promise<void> {
		if (this.signal.aborted) throw new Abandoned();
		if (this.url !== refused) return;
		if (hope.refuse() > MOST_REFUSED_URLS) throw refusal(status, explanation);
		// A fresh one as well. It may not be good yet, or storage may mean that it has enough connections.
		const again = hope.setbacks > 1;
		if (again) await this.rideOut(hope, `storage answered with ${named(status, explanation)}`, { slowDown: true });
		if (this.url === refused) await this.link.renew(again, this.received);
	}
}
