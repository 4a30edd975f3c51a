import { Failure } from '../../errors/Failure';
import { firstByteOf, type ObjectVersion, rangeHeaders, sameVersion, versionOf } from './objectVersion';
import { RetryBudget } from './RetryBudget';
import type { StorageAnswer } from './Storage';
import { RestartRequired, StorageClient } from './StorageClient';

/** A package on storage, of one version: how to get at any part of it. */
export class RemotePackage extends StorageClient {
	version: ObjectVersion = {};

	/** Storage refuses ranges of the very version that it announces. */
	private refusesIfMatch = false;

	/** Asks for the whole package, and remembers which version that is. @returns an answer whose body starts at the first byte */
	async open(): Promise<StorageAnswer> {
		const budget = new RetryBudget(this, this.signal);
		let answer = await this.get({}, budget);
		// A part that nobody has asked for: one that starts elsewhere, or anywhere, is asked for by its place.
		if (firstByteOf(answer) !== 0) {
			answer.body.destroy();
			answer = await this.get({ Range: 'bytes=0-' }, budget);
		}
		this.version = versionOf(answer);
		// Without a length, nobody could tell a part from the whole.
		if (firstByteOf(answer) === 0 && (answer.status === 200 || this.version.length !== undefined)) return answer;
		answer.body.destroy();
		throw partOnly();
	}

	/**
	 * Asks for the package's last bytes, and remembers which version that is.
	 *
	 * @returns an answer whose body are the last `bytes` of the package or all of a smaller one; or one that starts at the first byte: not
	 *   every storage knows such a range
	 */
	async openTail(bytes: number): Promise<StorageAnswer> {
		const range = { Range: `bytes=-${bytes}` };
		// Also 416: of a storage that takes no such range (Azure's), or of an empty package.
		const answer = await this.get(range, new RetryBudget(this, this.signal)).catch(ifRefusedFor('object-changed', 'ranges-unsupported'));
		if (answer === undefined) return await this.open();
		this.version = versionOf(answer);
		if (answer.status === 200) return answer;
		const { length = 0 } = this.version;
		if (length > 0 && firstByteOf(answer) === Math.max(0, length - bytes)) return answer;
		answer.body.destroy();
		return await this.open();
	}

	/**
	 * Asks for the bytes `start` up to, not including, `end`, of the version that was opened.
	 *
	 * @returns an answer whose body starts at `start`; it may end before `end`
	 * @throws RestartRequired where that version is gone, or storage knows no ranges
	 */
	async openRange(start: number, end: number, budget: RetryBudget): Promise<StorageAnswer> {
		for (;;) {
			const answer = await this.getRange(start, end, budget);
			if (answer === undefined) continue;
			if (!this.isSame(versionOf(answer))) {
				answer.body.destroy();
				throw new RestartRequired('object-changed');
			}
			if (answer.status === 200) {
				answer.body.destroy();
				throw new RestartRequired('ranges-unsupported');
			}
			if (firstByteOf(answer) === start) return answer;
			answer.body.destroy();
			await this.waitBeforeRetry(budget, 'storage answered with another part of the package than the one asked for');
		}
	}

	/** @returns undefined where it is to be asked for without If-Match */
	private async getRange(start: number, end: number, budget: RetryBudget): Promise<StorageAnswer | undefined> {
		const headers = rangeHeaders(this.refusesIfMatch ? {} : this.version, start, end);
		if (!headers['If-Match']) return await this.get(headers, budget);
		const answer = await this.get(headers, budget).catch(ifRefusedFor('object-changed'));
		// A front may announce ETags that the storage behind it does not know. Whether it is the same version, the next answer tells.
		this.refusesIfMatch ||= answer === undefined;
		return answer;
	}

	/** Where nothing but the comparison of answers protects against a mixture, each of them has to name its version. */
	private isSame(version: ObjectVersion): boolean {
		const { etag, length } = this.version;
		return sameVersion(this.version, version) && (!this.refusesIfMatch || (version.etag === etag && version.length === length));
	}
}

/** Nothing in the place of an answer that says so; any other error goes on. */
const ifRefusedFor = (...reasons: Array<RestartRequired['reason']>) => async (error: unknown): Promise<undefined> =>
	await (error instanceof RestartRequired && reasons.includes(error.reason) ? undefined : Promise.reject(error));

function partOnly(): Failure {
	return new Failure(
		'The package could not be fetched: storage sends only a part of it, and does not say which',
		'Run the node again. If it happens again, look at the proxy between n8n and the storage, or tell Pixxel.',
	);
}
