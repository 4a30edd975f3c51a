import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Exchange } from '../exchange.mts';
import type { Part, RecordedRequest } from '../types.mts';
import { now } from '../clock.mts';

/** Oldest recordings go first once there are this many, so that a long demo does not fill the memory. */
const mostRecords = 20_000;

/** Keeps what the API and the storage were asked, for tests to read. */
export class Recorder {
	requests: RecordedRequest[] = [];
	/** Connections open now, idle ones included. */
	openSockets = 0;
	mostStorage = 0;
	/** Requests being answered now. */
	private readonly gates = new Set<() => void>();
	private readonly underWay = new Map<RecordedRequest, ServerResponse>();

	opened(socket: Socket): void {
		this.openSockets += 1;
		socket.once('close', () => (this.openSockets -= 1));
	}

	/** Begins a recording; it ends by itself with the answer or the connection. */
	begin(request: IncomingMessage, response: ServerResponse): Exchange {
		const [path = '/', ...query] = (request.url ?? '/').split('?');
		const rawQuery = query.join('?');
		const headers = Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(', ')] as const);
		const record: RecordedRequest = {
			part: /^\/storage(-redirected)?\//.test(path) ? 'storage' : 'api',
			method: request.method ?? '',
			path,
			query: Object.fromEntries(new URLSearchParams(rawQuery)),
			headers: Object.fromEntries(headers),
			body: '',
			status: 0,
			startedAt: now(),
			endedAt: null,
			bytesSent: 0,
		};
		this.requests.push(record);
		if (this.requests.length > mostRecords) this.requests.shift();
		this.underWay.set(record, response);
		this.mostStorage = Math.max(this.mostStorage, this.inFlight('storage'));
		for (const open of this.gates) open();
		response.once('close', () => {
			this.underWay.delete(record);
			record.endedAt = now();
			record.status = response.headersSent ? response.statusCode : 0;
		});
		return { request, response, rawQuery, record };
	}

	/** Resolves once so many requests to storage are under way, or after a while. */
	async storageRequests(count: number, longestMs: number): Promise<void> {
		if (this.inFlight('storage') >= count) return;
		await new Promise<void>((resolve) => {
			const open = () => {
				if (this.inFlight('storage') < count) return;
				clearTimeout(late);
				this.gates.delete(open);
				resolve();
			};
			const late = setTimeout(resolve, longestMs);
			this.gates.add(open);
		});
	}

	inFlight(part: Part): number {
		return [...this.underWay.keys()].filter((record) => record.part === part).length;
	}

	/** Ends the connections that are in the middle of an answer. */
	releaseAnswers(): void {
		for (const response of this.underWay.values()) response.destroy();
	}

	clear(): void {
		this.requests = [];
		this.mostStorage = this.inFlight('storage');
	}
}
