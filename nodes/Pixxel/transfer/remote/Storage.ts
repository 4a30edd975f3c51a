/**
 * A response body: chunks as they arrive, each one the reader's own, who may free its memory. Ends early with
 * an error when the line breaks.
 */
export interface ByteStream extends AsyncIterable<Buffer> {
	/** Closes the connection. */
	destroy(): unknown;
}

export interface StorageAnswer {
	status: number;
	/** Names in lower case. `content-encoding` is there only as far as the client has not undone it. */
	headers: Record<string, string | undefined>;
	body: ByteStream;
	/** Whether the client has undone a Content-Encoding: lengths, ranges and digests in the headers are those of what was sent, and not of the body. */
	isDecoded?: boolean;
}

/**
 * What a transfer needs of the world. n8n stands behind it in the node, a plain HTTP client may elsewhere.
 */
export interface Storage {
	/**
	 * Sends one GET without credentials and follows redirects. Answers whatever the status is, as soon as
	 * the headers are there.
	 *
	 * @throws whatever the network throws when no answer came; an error whose `code` says why
	 */
	get(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<StorageAnswer>;

	/**
	 * A fresh signed URL of the same package.
	 *
	 * @param signal aborts when nobody needs it any more
	 * @throws Failure where there is none
	 */
	renewUrl(signal: AbortSignal): Promise<string>;

	/** A point in time, in milliseconds since any fixed one, by a clock that nobody sets. */
	now(): number;

	/** Resolves after `ms` in which nothing is done; throws Cancelled as soon as the signal aborts. */
	pause(ms: number, signal: AbortSignal): Promise<void>;

	/** The same beside something that is under way. */
	timer(ms: number, signal: AbortSignal): Promise<void>;

	/** Tells how far the transfer is, for a log. Neither text nor numbers hold a secret. */
	report(message: string): void;
}

/** Reads the start of an answer's body, some more than `limit` bytes at most, as far as it comes, and closes the connection. */
export async function readStart(body: ByteStream, limit: number): Promise<{ bytes: Buffer; isAll: boolean }> {
	const chunks: Buffer[] = [];
	let size = 0;
	let isAll = false;
	try {
		for await (const chunk of body) {
			chunks.push(chunk);
			size += chunk.length;
			if (size >= limit) break;
		}
		isAll = size < limit;
	} catch {
		// An explanation that breaks off is still one.
	} finally {
		body.destroy();
	}
	return { bytes: Buffer.concat(chunks), isAll };
}
