import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { answerApi } from './api/answerApi.mts';
import { giveScripted, isScripted } from './control/scripts.mts';
import { type Exchange, Refusal, send } from './exchange.mts';
import type { Sandbox } from './sandbox.mts';
import { answerStorage } from './storage/storage.mts';
import { now } from './clock.mts';

const host = '127.0.0.1';
const json = 'application/json; charset=utf-8';

/**
 * Writes to stderr, so that stdout keeps to the one line that says where the sandbox listens.
 * Callers give paths without their query: a signed query is a secret even here, since logs get pasted.
 */
export const complain = (line: string): void => void process.stderr.write(`[sandbox: a double of the Pixxel API, not Pixxel] ${line}\n`);

async function answer(sandbox: Sandbox, exchange: Exchange): Promise<void> {
	const { request, record } = exchange;
	const { part } = record;
	record.body = await text(request);
	const { apiRoundTripMs } = sandbox.behaviour;
	if (part === 'api' && apiRoundTripMs !== undefined) await sandbox.traffic.roundTrips(request.socket, apiRoundTripMs);
	const scripted = part === 'api' ? sandbox.scripts.take((script) => isScripted(script, record)) : undefined;
	if (scripted !== undefined && (await giveScripted(exchange, scripted))) return;
	if (part === 'api') {
		const { status, type, content, headers } = await answerApi(sandbox, exchange);
		send(exchange, status, type === 'application/json' ? json : type, content, headers);
		return;
	}
	try {
		await answerStorage(sandbox, exchange);
	} catch (cause) {
		if (!(cause instanceof Refusal)) throw cause;
		send(exchange, cause.status, 'application/xml', cause.xml, cause.headers);
	}
}

/** Has the sandbox listen on a port of 127.0.0.1 (0 takes any free one), and with its storage on another. Rejects with the system's error. */
export async function serve(sandbox: Sandbox, port: number, log: typeof complain): Promise<void> {
	const handle = async (request: IncomingMessage, response: ServerResponse) => {
		const exchange = sandbox.recorder.begin(request, response);
		const { record } = exchange;
		response.once('close', () => {
			const ended = record.status === 0 ? 'no answer' : String(record.status);
			log(`${record.method} ${record.path} ${ended}, ${record.bytesSent} bytes, ${now() - record.startedAt} ms`);
		});
		try {
			await answer(sandbox, exchange);
		} catch (cause) {
			// A client that goes away while it is being read is no news.
			if (request.destroyed && !request.complete) return;
			complain(`could not answer: ${cause instanceof Error ? cause.stack : String(cause)}`);
			if (response.headersSent) response.destroy();
			else send(exchange, 500, json, new Refusal(500, 'sandbox', String(cause)).json);
		}
	};
	const listen = async (on: number) => {
		const server = createServer({ noDelay: true }, (request, response) => void handle(request, response));
		server.on('connection', (socket) => sandbox.recorder.opened(socket)).listen(on, host);
		await once(server, 'listening');
		return `http://${host}:${(server.address() as AddressInfo).port}`;
	};
	sandbox.origin = await listen(port);
	sandbox.secondOrigin = await listen(0);
}
