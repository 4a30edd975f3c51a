/** All of some bytes, in one piece. Whoever asks for it knows that they are few. */
export async function readAll(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of bytes) chunks.push(chunk);
	return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}
