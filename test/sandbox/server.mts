import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { answerApi } from './api/api.mts';
import { answerControl } from './control/control.mts';
import { complain } from './log.mts';
import { Refusal } from './api/refusal.mts';
import type { SandboxSetup } from './sandbox.mts';
import { Sandbox } from './sandbox.mts';
import { giveScripted } from './control/scriptedAnswer.mts';
import { handleStorage } from './storage/storage.mts';
import type { Part } from './types.mts';

const host = '127.0.0.1';
/** More than any body the API takes (none) or a control call sends. */
const largestBody = 4 * 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size <= largestBody) chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}

function sendJson(
	response: ServerResponse,
	status: number,
	answer: unknown,
	headers: Record<string, string> = {},
): number {
	const body = Buffer.from(JSON.stringify(answer));
	response.writeHead(status, {
		'content-type': 'application/json; charset=utf-8',
		'content-length': body.length,
		...headers,
	});
	response.end(response.req.method === 'HEAD' ? undefined : body);
	return body.length;
}

function listen(server: Server, port: number): Promise<string> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			server.off('error', reject);
			resolve(`http://${host}:${(server.address() as AddressInfo).port}`);
		});
	});
}

/** A running sandbox. */
export interface SandboxServer {
	origin: string;
	/** Ends every connection and stops listening. */
	close: () => void;
}

/**
 * Starts the sandbox on a port of 127.0.0.1; 0 takes any free one. Rejects with the system's error when the port is taken.
 */
export async function startServer(port: number, setup: SandboxSetup): Promise<SandboxServer> {
	const sandbox = new Sandbox(setup);
	const sockets = new Set<Socket>();
	/** Connections that carry control calls, which must not disturb what they count. */
	const controlSockets = new WeakSet<Socket>();
	/** Connections in the middle of an answer. */
	const busy = new Set<Socket>();

	const controls = {
		openSockets: () => [...sockets].filter((socket) => !controlSockets.has(socket)).length,
		releaseAnswers: () => {
			for (const socket of busy) socket.destroy();
		},
	};

	async function control(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
		controlSockets.add(request.socket);
		const close = { connection: 'close' };
		try {
			sendJson(response, 200, await answerControl(sandbox, controls, request, path, await readBody(request)), close);
		} catch (cause) {
			const refusal = cause instanceof Refusal ? cause : new Refusal(400, 'bad_control_call', String(cause));
			sendJson(response, refusal.status, refusal.envelope, close);
		}
	}

	async function documented(
		part: Part,
		request: IncomingMessage,
		response: ServerResponse,
		path: string,
		rawQuery: string,
	) {
		const { socket } = request;
		const method = request.method ?? '';
		busy.add(socket);
		response.once('close', () => busy.delete(socket));
		const record = sandbox.recorder.begin(part, path, rawQuery, request, response);
		response.once('close', () => {
			const ended = record.status === 0 ? 'no answer' : String(record.status);
			setup.log(`${method} ${path} ${ended}, ${record.bytesSent} bytes, ${Date.now() - record.startedAt} ms`);
		});
		record.body = await readBody(request);
		const { apiRoundTripMs } = sandbox.behaviour;
		if (part === 'api' && apiRoundTripMs !== undefined) await sandbox.traffic.roundTrips(socket, apiRoundTripMs);
		const scripted = sandbox.scripts.take(({ isFor }) => isFor(part, method, path));
		if (scripted !== undefined && (await giveScripted(response, scripted, record))) return;
		if (part === 'storage') {
			await handleStorage(sandbox, request, response, path, rawQuery, record);
			return;
		}
		try {
			record.bytesSent = sendJson(response, 200, answerApi(sandbox, request, path, rawQuery, record.body));
		} catch (cause) {
			if (!(cause instanceof Refusal)) throw cause;
			record.bytesSent = sendJson(response, cause.status, cause.envelope, cause.headers);
		}
	}

	async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = request.url ?? '/';
		const at = url.indexOf('?');
		const path = at < 0 ? url : url.slice(0, at);
		const rawQuery = at < 0 ? '' : url.slice(at + 1);
		if (/^\/sandbox(\/|$)/.test(path)) return await control(request, response, path);
		const part = /^\/storage(-redirected)?\//.test(path) ? 'storage' : 'api';
		await documented(part, request, response, path, rawQuery);
	}

	function create(): Server {
		const server = createServer((request, response) => {
			handle(request, response).catch((cause: unknown) => {
				// A client that goes away while it is being read is no news.
				if (request.destroyed && !request.complete) return;
				complain(`could not answer: ${cause instanceof Error ? cause.stack : String(cause)}`);
				if (response.headersSent) response.destroy();
				else sendJson(response, 500, { error: { code: 'sandbox', message: String(cause), details: null } });
			});
		});
		server.on('connection', (socket) => {
			socket.setNoDelay(true);
			sockets.add(socket);
			socket.once('close', () => {
				sockets.delete(socket);
				busy.delete(socket);
			});
		});
		return server;
	}

	const servers = [create()];
	sandbox.origin = await listen(servers[0] as Server, port);
	let second: Promise<string> | undefined;
	sandbox.secondOrigin = () => {
		if (second === undefined) {
			const server = create();
			servers.push(server);
			second = listen(server, 0);
		}
		return second;
	};

	return {
		origin: sandbox.origin,
		close: () => {
			for (const server of servers) server.close();
			for (const socket of sockets) socket.destroy();
		},
	};
}
