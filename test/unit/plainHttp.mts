import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

export interface Reply {
	/** 0: no answer. */
	status: number;
	headers: IncomingHttpHeaders;
	body: Buffer;
	/** Whether the body came to its announced end. */
	complete: boolean;
	/** The error code the connection ended with, if any. */
	broke?: string;
}

export interface Sent {
	method?: string;
	headers?: Record<string, string>;
	body?: string;
	/** Gives up after so long without a byte. */
	quietMs?: number;
}

/** Plain HTTP with nothing done for us: no redirects, no retries, no shared connections. */
export async function send(url: string, { method, headers, body, quietMs }: Sent = {}): Promise<Reply> {
	let broke: string | undefined;
	const broken = (cause: NodeJS.ErrnoException) => (broke ??= cause.code ?? cause.message);
	const sent = request(url, { method, headers, agent: false }).on('error', broken);
	sent.setTimeout(quietMs ?? 0, () => sent.destroy(Object.assign(new Error(), { code: 'QUIET' })));
	const chunks: Buffer[] = [];
	sent.on('response', (response) => response.on('error', broken).on('data', (chunk: Buffer) => chunks.push(chunk)));
	sent.end(body);
	const response: IncomingMessage | undefined = await once(sent, 'response').then(([given]) => given, () => undefined);
	if (response !== undefined && !response.closed) await new Promise((resolve) => response.once('close', resolve));
	return { status: response?.statusCode ?? 0, headers: response?.headers ?? {}, body: Buffer.concat(chunks), complete: response?.complete ?? false, broke };
}
