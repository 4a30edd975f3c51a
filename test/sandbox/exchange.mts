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
export function send({ response, record }: Exchange, status: number, type: string, text: string, headers: Record<string, string> = {}): void {
	const body = Buffer.from(text);
	response.writeHead(status, { 'content-type': type, 'content-length': body.length, ...headers }).end(body);
	record.bytesSent = body.length;
}
