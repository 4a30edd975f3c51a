/** Compressed bytes that are no deflate stream, or the beginning of one. */
export class NotInflatable extends Error {}

/**
 * Inflates raw deflate data by the web's `DecompressionStream`: `zlib` is out of bounds in n8n Cloud. It works in a thread of
 * its own, while the next bytes arrive and the last ones are stored.
 *
 * @param compressed exactly the bytes of one file: what comes after is an error on some versions of Node, and ignored on others
 * @throws NotInflatable; and whatever reading the compressed bytes throws
 */
export async function* inflate(compressed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
	const stream = new DecompressionStream('deflate-raw');
	const writer = stream.writable.getWriter();
	const reader = stream.readable.getReader();
	let trouble: { cause: unknown } | undefined;

	const feed = async () => {
		for (;;) {
			const { done, value } = await compressed.next().catch(async (cause: unknown) => {
				trouble = { cause };
				return await Promise.reject(cause);
			});
			if (done) return await writer.close();
			await writer.write(value as Buffer<ArrayBuffer>);
		}
	};
	// What is wrong with the data, the reader hears of as well.
	const fed = feed().catch(async (cause: unknown) => await writer.abort(cause).catch(() => {}));

	try {
		for (;;) {
			const { done, value } = await reader.read().catch(() => {
				throw trouble ? trouble.cause : new NotInflatable();
			});
			if (done) break;
			yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
		}
		await fed;
	} finally {
		await reader.cancel().catch(() => {});
		await writer.abort().catch(() => {});
		await fed;
	}
}
