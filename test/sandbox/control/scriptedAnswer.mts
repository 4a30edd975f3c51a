import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { asHeaderBytes } from '../storage/contentDisposition.mts';
import { flushed } from '../storage/sendContent.mts';
import type { RecordedRequest, ScriptedAnswer } from '../types.mts';

/**
 * Gives an answer a test has scripted. False: the answer was a delay only (or the client has gone), so answer normally.
 */
export async function giveScripted(
	response: ServerResponse,
	answer: ScriptedAnswer,
	record: RecordedRequest,
): Promise<boolean> {
	if (answer.delayMs !== undefined) await sleep(answer.delayMs);
	if (response.destroyed) return true;
	switch (answer.fault) {
		case 'reset':
			response.socket?.resetAndDestroy();
			return true;
		case 'stall':
			return true;
		case 'empty':
			response.socket?.destroy();
			return true;
		case 'cut':
		case undefined:
	}
	const { status, headers = {}, body, text } = answer;
	if (answer.fault === undefined && status === undefined && body === undefined && text === undefined) return false;
	const bytes = Buffer.from(text ?? (body === undefined ? '' : JSON.stringify(body)));
	const type = text === undefined ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8';
	const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), asHeaderBytes(value)]);
	response.writeHead(status ?? 200, {
		'content-type': type,
		'content-length': bytes.length,
		...(Object.fromEntries(given) as Record<string, string>),
	});
	if (answer.fault === 'cut') {
		const half = bytes.subarray(0, Math.floor(bytes.length / 2));
		response.write(half);
		await flushed(response);
		record.bytesSent = half.length;
		response.socket?.destroy();
		return true;
	}
	record.bytesSent = bytes.length;
	response.end(bytes);
	return true;
}
