import { createHash } from 'node:crypto';

import type { N8nClient } from '../n8n/instance/n8nClient.mts';
import type { BinaryFile } from '../n8n/instance/n8nTypes.mts';

/** The SHA-256 of an answer's body, read as a stream: it may be large. */
export async function digestOfBody({ body }: Response): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of (body ?? []) as unknown as AsyncIterable<Uint8Array>) hash.update(chunk);
	return hash.digest('hex');
}

/** The SHA-256 of a file in an item, read through n8n's own download endpoint. */
export async function digestOfFile(client: N8nClient, file: BinaryFile | undefined): Promise<string> {
	if (!file) throw new Error('there is no file in the item');
	if (file.id === undefined) return createHash('sha256').update(Buffer.from(file.data, 'base64')).digest('hex');
	return await digestOfBody(await client.downloadBinary(file.id));
}
