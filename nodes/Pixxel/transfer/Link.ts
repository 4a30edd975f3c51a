import type { Storage } from './storage';

/** At least so long until another URL for who was refused with a fresh one, while others are served. Twice as long each time. */
const FIRST_SPACING_MS = 1_000;
const LONGEST_SPACING_MS = 60_000;

/** A package's signed URL, and fresh ones in its place. */
export class Link {
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
		this.spacingMs = Math.min(LONGEST_SPACING_MS, this.spacingMs * 2);
		return true;
	}
}
