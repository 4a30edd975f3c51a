import { Abandoned, Failure } from '../ground/failure';
import { backoffMs } from '../ground/backoff';
import { networkCode, troubleOf } from '../ground/networkTrouble';
import { retryAfterMs } from '../ground/retryAfter';
import { readText, type Storage, type StorageAnswer } from './storage';
import { rangeHeaders, readContentRange, sameVersion, type Version, versionOf } from './version';

/** What has arrived so far is of no use for the rest: fetch the package from its first byte. */
export class StartAnew extends Error {
	constructor(readonly reason: 'replaced' | 'no ranges') {
		super(reason);
	}
}

/** Tries in a row in which not one byte of the package arrives. With the pauses between them: two minutes. */
const MOST_FRUITLESS_TRIES = 8;

/** Storage that asks for more is asked again sooner: it would cost one of the few tries, not the file. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/** Fresh URLs in a row that storage refuses as well. More would be PUTs to no purpose. */
const MOST_REFUSED_URLS = 3;

/** Statuses by which S3, GCS, Azure and gateways refuse a signed URL whose time is over. */
const REFUSED = new Set([401, 403, 410]);
const EXPIRY = /expired|expiry/i;

/** A package on storage: how to get at any part of it, whatever the line and the URL do. */
export class RemotePackage {
	version: Version = {};

	/** Bytes of the package that have arrived, over all connections and tries. */
	received = 0;

	/** Tries so far, over all connections. */
	tries = 0;

	private renewal: Promise<void> | undefined;

	constructor(
		private readonly storage: Storage,
		/** The newest signed URL. */
		public url: string,
		private readonly signal: AbortSignal,
	) {}

	/** Asks for the whole package, and remembers which version that is. */
	async open(): Promise<StorageAnswer> {
		const answer = await this.ask({}, new Hope(this));
		this.version = versionOf(answer);
		return answer;
	}

	/**
	 * Asks for the bytes `from` up to, not including, `end`, of the version that {@link open} saw.
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
	 * @throws Failure when there is no hope left
	 */
	async rideOut(hope: Hope, trouble: string, delayMs?: number): Promise<void> {
		if (this.signal.aborted) throw new Abandoned();
		const fruitless = hope.lose();
		if (fruitless >= MOST_FRUITLESS_TRIES) {
			throw new Failure(
				`The package could not be fetched: ${fruitless} tries in a row brought nothing, in the last one ${trouble}`,
				'Run the node again later. If this stays, look at the network or proxy between n8n and the storage.',
			);
		}
		// A line that has just brought something is asked again at once.
		await this.storage.pause(delayMs || (fruitless === 1 ? 0 : backoffMs(fruitless - 1)), this.signal);
	}

	/** Sends a GET until storage answers it with 200 or 206. */
	private async ask(headers: Record<string, string>, hope: Hope): Promise<StorageAnswer> {
		for (;;) {
			const { url } = this;
			this.tries++;
			let answer: StorageAnswer;
			try {
				answer = await this.storage.get(
					url,
					// Lengths and ranges are those of the package only if nothing is compressed on the way.
					{ ...headers, 'Accept-Encoding': 'identity' },
					this.signal,
				);
			} catch (error) {
				const code = networkCode(error);
				if (!this.signal.aborted && troubleOf(code) === 'final') throw unreachable(code);
				await this.rideOut(hope, `the connection broke (${code})`);
				continue;
			}
			if (this.signal.aborted) {
				answer.body.destroy();
				throw new Abandoned();
			}
			const { status } = answer;
			if (status === 200 || (status === 206 && headers.Range)) return answer;
			const explanation = await readText(answer.body);
			if (headers.Range && (status === 412 || status === 416)) throw new StartAnew('replaced');
			if (REFUSED.has(status) || (status === 400 && EXPIRY.test(explanation))) {
				await this.renew(url, hope, refusal(status, explanation));
			} else if (status === 408 || status === 429 || status >= 500) {
				const asked = retryAfterMs(answer.headers['retry-after']);
				const delay = asked === undefined ? undefined : Math.min(asked, LONGEST_RETRY_AFTER_MS);
				await this.rideOut(hope, `storage answered with ${named(status, explanation)}`, delay);
			} else {
				throw refusal(status, explanation);
			}
		}
	}

	/** Replaces a URL that storage refuses: one call for all connections that were refused together. */
	private async renew(refused: string, hope: Hope, failure: Failure): Promise<void> {
		if (this.signal.aborted) throw new Abandoned();
		if (this.url !== refused) return;
		if (hope.refuse() > MOST_REFUSED_URLS) throw failure;
		this.renewal ??= this.storage
			.renewUrl()
			.then((url) => {
				this.url = url;
			})
			.finally(() => {
				this.renewal = undefined;
			});
		await this.renewal;
	}
}

/** Counts tries that brought nothing. A byte on any connection of the package gives hope to all of them. */
export class Hope {
	private seen = 0;
	private fruitless = 0;
	private refused = 0;

	constructor(private readonly remote: RemotePackage) {}

	/** @returns how many tries in a row, this one included, brought nothing */
	lose(): number {
		this.look();
		return ++this.fruitless;
	}

	/** @returns how many URLs in a row, this one included, were refused */
	refuse(): number {
		this.look();
		return ++this.refused;
	}

	private look(): void {
		if (this.remote.received === this.seen) return;
		this.seen = this.remote.received;
		this.fruitless = 0;
		this.refused = 0;
	}
}

/** The code in S3's, GCS' and Azure's XML bodies. Their longer texts may quote the signed request. */
function named(status: number, explanation: string): string {
	const code = /<Code>([A-Za-z]{1,40})<\/Code>/.exec(explanation)?.[1];
	return code ? `${status} (${code})` : String(status);
}

function refusal(status: number, explanation: string): Failure {
	return new Failure(
		`Storage does not hand out the package: it answered with ${named(status, explanation)}`,
		REFUSED.has(status) || status === 400
			? 'Fresh links were refused as well. Check the clock of this machine, and that no proxy adds to or changes requests.'
			: 'Run the node again. If this stays, have the package made anew in Aurora, or tell Pixxel.',
		status,
	);
}

function unreachable(code: string | undefined): Failure {
	return new Failure(
		'The package could not be fetched: its storage cannot be reached from here',
		`See that this n8n may reach the internet, directly or through its proxy. (${code ?? 'no reason given'})`,
	);
}
