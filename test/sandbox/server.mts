import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { answerApi } from './api/api.mts';
import { answerControl, type ServerControls } from './control/control.mts';
import { complain } from './log.mts';
import { Refusal } from './api/refusal.mts';
import { Sandbox, type SandboxSetup } from './sandbox.mts';
import { giveScripted } from './control/scriptedAnswer.mts';
import { handleStorage } from './storage/storage.mts';
import type { Part, RecordedRequest } from './types.mts';

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

/** The connections that are open, and what goes on in them. */
class Connections implements ServerControls {
	private readonly open = new Set<Socket>();
	/** Those that carry control calls, which must not disturb what they count. */
	private readonly forControl = new WeakSet<Socket>();
	/** Those in the middle of an answer. */
	private readonly busy = new Set<Socket>();

	add(socket: Socket): void {
		this.open.add(socket);
		socket.once('close', () => {
			this.open.delete(socket);
			this.busy.delete(socket);
		});
	}

	carriesControl(socket: Socket): void {
		this.forControl.add(socket);
	}

	isAnswered(socket: Socket, response: ServerResponse): void {
		this.busy.add(socket);
		response.once('close', () => this.busy.delete(socket));
	}

	openSockets(): number {
		return [...this.open].filter((socket) => !this.forControl.has(socket)).length;
	}

	releaseAnswers(): void {
		for (const socket of this.busy) socket.destroy();
	}

	close(): void {
		for (const socket of this.open) socket.destroy();
	}
}

/** A running sandbox. */
export class SandboxServer {
	private readonly sandbox: Sandbox;
	private readonly connections = new Connections();
	private readonly servers: Server[] = [];

	private constructor(private readonly setup: SandboxSetup) {
		this.sandbox = new Sandbox(setup);
	}

	/** Starts one on a port of 127.0.0.1; 0 takes any free one. Rejects with the system's error when the port is taken. */
	static async start(port: number, setup: SandboxSetup): Promise<SandboxServer> {
		const server = new SandboxServer(setup);
		const { sandbox } = server;
		sandbox.origin = await server.listen(port);
		let second: Promise<string> | undefined;
		sandbox.secondOrigin = () => (second ??= server.listen(0));
		return server;
	}

	get origin(): string {
		return this.sandbox.origin;
	}

	/** Ends every connection and stops listening. */
	close(): void {
		for (const server of this.servers) server.close();
		this.connections.close();
	}

	/** Listens on one more port. Resolves with the origin. */
	private listen(port: number): Promise<string> {
		const server = createServer((request, response) => void this.handle(request, response));
		server.on('connection', (socket) => {
			socket.setNoDelay(true);
			this.connections.add(socket);
		});
		this.servers.push(server);
		return new Promise((resolve, reject) => {
			server.once('error', reject);
			server.listen(port, host, () => {
				server.off('error', reject);
				resolve(`http://${host}:${(server.address() as AddressInfo).port}`);
			});
		});
	}

	private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const [path = '/', ...query] = (request.url ?? '/').split('?');
		const rawQuery = query.join('?');
		try {
			if (/^\/sandbox(\/|$)/.test(path)) return await this.control(request, response, path);
			const part = /^\/storage(-redirected)?\//.test(path) ? 'storage' : 'api';
			const record = this.record(part, request, response, path, rawQuery);
			record.body = await readBody(request);
			await this.answer(part, request, response, path, rawQuery, record);
		} catch (cause) {
			// A client that goes away while it is being read is no news.
			if (request.destroyed && !request.complete) return;
			complain(`could not answer: ${cause instanceof Error ? cause.stack : String(cause)}`);
			if (response.headersSent) response.destroy();
			else sendJson(response, 500, { error: { code: 'sandbox', message: String(cause), details: null } });
		}
	}

	private async control(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
		this.connections.carriesControl(request.socket);
		const close = { connection: 'close' };
		try {
			sendJson(response, 200, await answerControl(this.sandbox, this.connections, path, await readBody(request)), close);
		} catch (cause) {
			const refusal = cause instanceof Refusal ? cause : new Refusal(400, 'bad_control_call', String(cause));
			sendJson(response, refusal.status, refusal.envelope, close);
		}
	}

	/** Notes a request for a part that is documented, and says in the log what became of it. */
	private record(part: Part, request: IncomingMessage, response: ServerResponse, path: string, rawQuery: string): RecordedRequest {
		this.connections.isAnswered(request.socket, response);
		const record = this.sandbox.recorder.begin(part, path, rawQuery, request, response);
		response.once('close', () => {
			const ended = record.status === 0 ? 'no answer' : String(record.status);
			this.setup.log(`${record.method} ${path} ${ended}, ${record.bytesSent} bytes, ${Date.now() - record.startedAt} ms`);
		});
		return record;
	}

	private async answer(
		part: Part,
		request: IncomingMessage,
		response: ServerResponse,
		path: string,
		rawQuery: string,
		record: RecordedRequest,
	): Promise<void> {
		const { sandbox } = this;
		const { apiRoundTripMs } = sandbox.behaviour;
		if (part === 'api' && apiRoundTripMs !== undefined) await sandbox.traffic.roundTrips(request.socket, apiRoundTripMs);
		const scripted = sandbox.scripts.take(({ isFor }) => isFor(part, record.method, path));
		if (scripted !== undefined && (await giveScripted(response, scripted, record))) return;
		if (part === 'storage') return await handleStorage(sandbox, request, response, path, rawQuery, record);
		try {
			record.bytesSent = sendJson(response, 200, answerApi(sandbox, request, path, rawQuery, record.body));
		} catch (cause) {
			if (!(cause instanceof Refusal)) throw cause;
			record.bytesSent = sendJson(response, cause.status, cause.envelope, cause.headers);
		}
	}
}
