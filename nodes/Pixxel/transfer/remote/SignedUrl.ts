import type { Storage } from './Storage';

/** At least so long until another URL for who was refused with a fresh one, while others are served. Twice as long each time. */
const FIRST_SPACING_MS = 1_000;
const MAX_SPACING_MS = 60_000;

/** A URL that was accepted so short a time ago may be good although it is refused now. */
const RECENTLY_MS = 30_000;

/** For how long a URL may be refused until it is renewed all the same. */
const MAX_BUSY_MS = 2_000;

/** A package's signed URL, and fresh ones in its place. */
export class SignedUrl {
	/** Whether it is no longer the first one. */
	isRenewed = false;

	/** Storage has been seen to refuse a URL that is good, because it had enough to do. */
	refusesWhenBusy = false;

	private acceptedAt: number | undefined;
	private refusedSince: number | undefined;
	private renewal: Promise<void> | undefined;
	private spacingMs = FIRST_SPACING_MS;
	private notBefore = 0;
	private receivedBefore = 0;

	constructor(
		private readonly storage: Pick<Storage, 'now' | 'renewUrl'>,
		/** The newest one. */
		public url: string,
		private readonly signal: AbortSignal,
	) {}

	/** Storage has answered to a URL with bytes. */
	recordAccepted(url: string): void {
		if (url !== this.url) return;
		this.refusesWhenBusy ||= this.refusedSince !== undefined;
		this.refusedSince = undefined;
		this.acceptedAt = this.storage.now();
	}

	/** Whether storage has accepted the newest URL at least once. */
	get wasAccepted(): boolean {
		return this.acceptedAt !== undefined;
	}

	/** The newest URL was refused, without a reason. @returns whether it may be good, and storage have enough to do */
	recordRefused(): boolean {
		const now = this.storage.now();
		if (this.acceptedAt === undefined || now - this.acceptedAt > RECENTLY_MS) return false;
		this.refusedSince ??= now;
		return this.refusesWhenBusy || now - this.refusedSince < MAX_BUSY_MS;
	}

	/**
	 * Replaces a URL that storage refuses: one call for all connections that were refused together. Where one is refused again while others
	 * are served, storage may mean the connection and not the URL: there, the call is left out if the last one was a short time ago.
	 *
	 * @param again whether the one before, which was fresh then, was refused as well
	 * @param received bytes of the package that have arrived
	 */
	async renew(again: boolean, received: number): Promise<void> {
		if (this.renewal === undefined && !this.isDue(again, received)) return;
		this.renewal ??= this.storage
			.renewUrl(this.signal)
			.then((url) => {
				this.url = url;
				this.isRenewed = true;
				this.acceptedAt = undefined;
				this.refusedSince = undefined;
			})
			.finally(() => {
				this.renewal = undefined;
			});
		await this.renewal;
	}

	private isDue(again: boolean, received: number): boolean {
		const now = this.storage.now();
		if (again && received !== this.receivedBefore && now < this.notBefore) return false;
		this.receivedBefore = received;
		this.notBefore = now + this.spacingMs;
		this.spacingMs = Math.min(MAX_SPACING_MS, this.spacingMs * 2);
		return true;
	}
}
