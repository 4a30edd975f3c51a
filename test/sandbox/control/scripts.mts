import { setTimeout as sleep } from 'node:timers/promises';
import { type Exchange, send } from '../exchange.mts';
import { flushed } from '../storage/sendBody.mts';
import type { RecordedRequest, ScriptedAnswer, ScriptMatch } from '../types.mts';

/** Whether a script is for this request. */
export const isScripted = ({ method, path = '' }: ScriptMatch, asked: RecordedRequest) =>
	(method ?? asked.method) === asked.method && new RegExp(path).test(asked.path);

/** Gives an answer a test has scripted. False: the answer was a delay only, so answer normally. */
export async function giveScripted(exchange: Exchange, answer: ScriptedAnswer): Promise<boolean> {
	const { response, record } = exchange;
	const { delayMs, fault, status, headers, body, text } = answer;
	if (delayMs !== undefined) await sleep(delayMs);
	if (fault === 'reset') response.socket?.resetAndDestroy();
	if (fault === 'empty') response.socket?.destroy();
	if (fault !== undefined && fault !== 'cut') return true;
	if (status === undefined && body === undefined && text === undefined) return false;
	const whole = text ?? (body === undefined ? '' : JSON.stringify(body));
	const type = text === undefined ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8';
	if (fault === undefined) {
		send(exchange, status ?? 200, type, whole, headers);
		return true;
	}
	const half = whole.slice(0, whole.length / 2);
	response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(whole) }).write(half);
	await flushed(response);
	record.bytesSent = half.length;
	response.socket?.destroy();
	return true;
}
