import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Part, RecordedRequest } from '../types.mts';

/** Oldest recordings go first once there are this many, so that a long demo does not fill the memory. */
const mostRecords = 20_000;

/** Keeps what the API and the storage were asked, for tests to read. */
export class Recorder {
	requests: RecordedRequest[] = [];
	private inFlight: Record<Part, number> = { api: 0, storage: 0 };
	private mostStorage = 0;

	/** Begins a recording; it ends by itself with the answer or the connection. */
	begin(
		part: Part,
		path: string,
		rawQuery: string,
		request: IncomingMessage,
		response: ServerResponse,
	): RecordedRequest {
		const record: RecordedRequest = {
			part,
			method: request.method ?? '',
			path,
			query: Object.fromEntries(new URLSearchParams(rawQuery)),
			headers: Object.fromEntries(
				Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]),
			),
			body: '',
			status: 0,
			startedAt: Date.now(),
			endedAt: null,
			bytesSent: 0,
		};
		this.requests.push(record);
		if (this.requests.length > mostRecords) this.requests.shift();
		this.inFlight[part] += 1;
		if (part === 'storage') this.mostStorage = Math.max(this.mostStorage, this.inFlight.storage);
		response.once('close', () => {
			this.inFlight[part] -= 1;
			record.endedAt = Date.now();
			record.status = response.headersSent ? response.statusCode : 0;
		});
		return record;
	}

	clear(): void {
		this.requests = [];
		this.mostStorage = this.inFlight.storage;
	}

	get counts() {
		return {
			apiRequestsInFlight: this.inFlight.api,
			storageRequestsInFlight: this.inFlight.storage,
			mostStorageRequestsInFlight: this.mostStorage,
		};
	}
}
