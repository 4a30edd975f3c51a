import { DataError, type DataFault } from '../format/DataError';

/** Bytes on their way through the web's `DecompressionStream`, which works in a thread of its own. */
export class Decompression {
	private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
	private readonly writer: ReturnType<DecompressionStream['writable']['getWriter']>;
	private readonly fed: Promise<void>;
	private trouble: { cause: unknown } | undefined;

	/**
	 * @param input written as fast as it is taken, and closed in the end
	 * @param faultOf what the stream's own errors mean for the data; nothing where they mean that it has ended
	 */
	constructor(
		format: 'gzip' | 'deflate-raw',
		input: AsyncGenerator<Buffer>,
		private readonly faultOf: (error: unknown) => DataFault | undefined,
	) {
		const stream = new DecompressionStream(format);
		this.reader = stream.readable.getReader();
		this.writer = stream.writable.getWriter();
		// What is wrong with the data, the reader hears of as well.
		this.fed = this.feed(input)
			.catch(async (cause: unknown) => await this.writer.abort(cause).catch(() => {}))
			.finally(async () => void (await input.return(undefined)));
	}

	/**
	 * The next bytes; undefined at the end.
	 *
	 * @throws DataError; and whatever reading the input throws
	 */
	async read(): Promise<Uint8Array | undefined> {
		return await this.reader.read().then(
			({ value }) => value,
			(error: unknown) => {
				if (this.trouble) throw this.trouble.cause;
				const fault = this.faultOf(error);
				if (fault) throw new DataError(fault);
				return undefined;
			},
		);
	}

	/** Ends it, whether or not all has been read. */
	async close(): Promise<void> {
		await this.reader.cancel().catch(() => {});
		await this.writer.abort().catch(() => {});
		await this.fed;
	}

	private async feed(input: AsyncGenerator<Buffer>): Promise<void> {
		for (;;) {
			const { done, value } = await input.next().catch(async (cause: unknown) => {
				this.trouble = { cause };
				return await Promise.reject(cause);
			});
			if (done) break;
			await this.writer.write(value as Buffer<ArrayBuffer>);
		}
		await this.writer.close();
	}
}
