import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { answerApi } from './api/api.mts';
import { controlsOf } from './control/control.mts';
import { giveScripted, isScripted } from './control/scripts.mts';
import { type Exchange, send } from './exchange.mts';
import { Refusal } from './refusal.mts';
import type { Sandbox } from './sandbox.mts';
import { answerStorage } from './storage/storage.mts';

const host = '127.0.0.1';
const json = 'application/json; charset=utf-8';

/**
 * Writes to stderr, so that stdout keeps to the one line that says where the sandbox listens.
 * Callers give paths without their query: a signed query is a secret even here, since logs get pasted.
 */
export const complain = (line: string): void => void process.stderr.write(`[sandbox: a double of the Pixxel API, not Pixxel] ${line}\n`);

/** Listens on a port of 127.0.0.1; 0 takes any free one. Resolves with the origin; rejects with the system's error. */
function listen(port: number, answer: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>, opened?: (socket: Socket) => void) {
	const server = createServer((request, response) => void answer(request, response));
	server.on('connection', (socket) => {
		socket.setNoDelay(true);
		opened?.(socket);
	});
	return new Promise<string>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => resolve(`http://${host}:${(server.address() as AddressInfo).port}`));
	});
}

/**
 * Answers a control call: POST with its name as path and its arguments as JSON. The arguments are trusted, since their only sender
 * is `client.mts`, which is typed.
 */
async function control(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
	const controls = controlsOf(sandbox) as unknown as Record<string, (...given: unknown[]) => unknown>;
	// Each call has its own connection: none is closed for being idle while the next one is sent.
	response.shouldKeepAlive = false;
	try {
		const given = JSON.parse(await text(request)) as unknown[];
		response.end(JSON.stringify((await controls[request.url?.slice(1) ?? '']?.(...given)) ?? null));
	} catch (cause) {
		response.writeHead(400).end(String(cause));
	}
}

async function answer(sandbox: Sandbox, exchange: Exchange): Promise<void> {
	const { request, record } = exchange;
	const { part } = record;
	record.body = await text(request);
	const { apiRoundTripMs } = sandbox.behaviour;
	if (part === 'api' && apiRoundTripMs !== undefined) await sandbox.traffic.roundTrips(request.socket, apiRoundTripMs);
	const scripted = part === 'api' ? sandbox.scripts.take((script) => isScripted(script, record)) : undefined;
	if (scripted !== undefined && (await giveScripted(exchange, scripted))) return;
	try {
		if (part === 'api') send(exchange, 200, json, JSON.stringify(answerApi(sandbox, exchange)));
		else await answerStorage(sandbox, exchange);
	} catch (cause) {
		if (!(cause instanceof Refusal)) throw cause;
		if (part === 'api') send(exchange, cause.status, json, cause.json, cause.headers);
		else send(exchange, cause.status, 'application/xml', cause.xml, cause.headers);
	}
}

/** Starts a sandbox, and answers where it is controlled: apart from it, so that control calls do not disturb what they count. */
export async function serve(sandbox: Sandbox, port: number, log: typeof complain): Promise<string> {
	const { recorder } = sandbox;
	const handle = async (request: IncomingMessage, response: ServerResponse) => {
		const exchange = recorder.begin(request, response);
		const { record } = exchange;
		response.once('close', () => {
			const ended = record.status === 0 ? 'no answer' : String(record.status);
			log(`${record.method} ${record.path} ${ended}, ${record.bytesSent} bytes, ${Date.now() - record.startedAt} ms`);
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
	const opened = (socket: Socket) => recorder.opened(socket);
	sandbox.origin = await listen(port, handle, opened);
	sandbox.secondOrigin = await listen(0, handle, opened);
	return await listen(0, (request, response) => control(sandbox, request, response));
}
