import { giveBack } from '../ground/giveBack';

/** Compressed bytes that are no deflate stream, or the beginning of one. */
export class NotInflatable extends Error {}

/** As much as Node's `writeFile`, with which n8n stores files, writes at a time: it waits for each write. */
const PIECE_BYTES = 512 * 1024;

/**
 * Inflates raw deflate data by the web's `DecompressionStream`: `zlib` is out of bounds in n8n Cloud. It works in a thread of
 * its own, while the next bytes arrive and the last ones are stored. Its chunks of 16 KiB are gathered here, at once: handed on
 * one by one, they take a tenth of the time.
 *
 * @param compressed exactly the bytes of one file: what comes after is an error on some versions of Node, and ignored on others
 * @param size bytes that are expected to come out
 * @throws NotInflatable; and whatever reading the compressed bytes throws
 */
export async function* inflate(compressed: AsyncGenerator<Buffer>, size: number): AsyncGenerator<Buffer> {
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
		let left = size;
		for (let hasEnded = false; !hasEnded; ) {
			const piece = await nextPiece(reader, left).catch(() => {
				throw trouble ? trouble.cause : new NotInflatable();
			});
			left -= piece.bytes.length;
			hasEnded = piece.isLast;
			if (piece.bytes.length > 0) yield piece.bytes;
		}
		await fed;
	} finally {
		await reader.cancel().catch(() => {});
		await writer.abort().catch(() => {});
		await fed;
	}
}

/** @param left bytes that are still expected; what comes beyond them is handed on as it comes */
async function nextPiece(
	reader: ReadableStreamDefaultReader<Uint8Array>,
	left: number,
): Promise<{ bytes: Buffer; isLast: boolean }> {
	const space = Buffer.allocUnsafeSlow(Math.max(0, Math.min(PIECE_BYTES, left)));
	let used = 0;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return { bytes: space.subarray(0, used), isLast: true };
		if (used + value.length > space.length) {
			return { bytes: Buffer.concat([space.subarray(0, used), value]), isLast: false };
		}
		space.set(value, used);
		used += value.length;
		giveBack(value);
		if (used === space.length) return { bytes: space, isLast: false };
	}
}
