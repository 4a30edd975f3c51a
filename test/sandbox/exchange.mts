import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordedRequest } from './types.mts';

/** A request to the API or to storage, and its answer. */
export interface Exchange {
	request: IncomingMessage;
	response: ServerResponse;
	/** As sent: what is recorded of it is decoded. */
	rawQuery: string;
	record: RecordedRequest;
}

/** Gives a whole answer. */
export function send({ response, record }: Exchange, status: number, type: string, content: string | Buffer, headers: Record<string, string> = {}): void {
	const body = Buffer.from(content);
	response.setHeader('content-type', type).setHeader('content-length', body.length).writeHead(status, headers).end(body);
	record.bytesSent = body.length;
}

/** A request that the API or storage refuses; each says it in a form of its own. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		readonly details: Record<string, unknown> | null = null,
		readonly headers: Record<string, string> = {},
	) {
		super(message);
	}

	/** As the API is documented to. */
	get json(): string {
		return JSON.stringify({ error: { code: this.code, message: this.message, details: this.details } });
	}

	/** As S3 does. It quotes the signature that it was given, so this is not fit for showing to people. */
	get xml(): string {
		const elements = Object.entries({ Code: this.code, Message: this.message, ...this.details, RequestId: randomUUID() })
			.map(([name, value]) => `<${name}>${String(value).replace(/[<>&"]/g, (letter) => `&#${letter.charCodeAt(0)};`)}</${name}>`);
		return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${elements.join('')}</Error>`;
	}
}

export const badRequest = (message: string, details: Record<string, unknown>) => new Refusal(400, 'bad_request', message, details);

export const notFound = (what: string, id: string, where = '') =>
	new Refusal(404, 'not_found', `${what} ${id} was not found${where}`, { [what]: id });

export const forbidden = (message: string) => new Refusal(403, 'forbidden', message);
