/** What the sandbox and those who drive it say to each other. */

import type { Use } from './control/uses.mts';

export type * from './packages/settings.mts';

/** The parts of the sandbox a request can go to. */
export type Part = 'api' | 'storage';

/** One request as the API or the storage received it. */
export interface RecordedRequest {
	part: Part;
	method: string;
	/** As sent, still percent-encoded, without the query. */
	path: string;
	/** Decoded where that is possible. */
	query: Record<string, string>;
	/** Names in lower case; repeated headers joined with a comma. */
	headers: Record<string, string>;
	/** The request's body as text (API only). */
	body: string;
	/** 0: ended without a status line. */
	status: number;
	/** Epoch milliseconds. */
	startedAt: number;
	/** Epoch milliseconds; null while the answer is under way. */
	endedAt: number | null;
	/** Body bytes handed to the kernel. */
	bytesSent: number;
}

/** Which requests to the API a script is for; everything left out matches all. */
export interface ScriptMatch {
	method?: string;
	/** Regular expression, tried on the path as sent (no query). */
	path?: string;
}

/**
 * One answer given in place of the normal one. `delayMs` alone waits and then answers normally.
 * `reset` resets the connection, `stall` never answers, `empty` closes the connection without a byte, `cut` announces the
 * whole body and closes the connection in the middle of it.
 */
export interface ScriptedAnswer extends Use {
	status?: number;
	headers?: Record<string, string>;
	/** Sent as JSON. */
	body?: unknown;
	/** Sent as it is; wins over `body`. */
	text?: string;
	fault?: 'reset' | 'stall' | 'empty' | 'cut';
	delayMs?: number;
}

/** How the jobs go that are created through the API from now on. */
export interface JobPlan {
	/** Default: what the sandbox was started with. */
	takesMs?: number;
	/** Name of the task that fails. Default: none. */
	failingTask?: string;
	errMsg?: string;
}

/** How a job is ended by hand. */
export interface JobEnding {
	/** Any word. Default `completed`; with `failed`, its last task has failed. */
	status?: string;
	/** Sent as it is; null leaves the field out; default: now. */
	finishedAt?: string | null;
}

/** A job put into a workflow by hand, ended already unless `running`. */
export interface NewJob extends JobEnding {
	workflowId: string;
	/** ISO 8601; default: a minute ago. */
	createdAt?: string;
	/** Leaves the job at 40 % until `finishJob`. */
	running?: boolean;
}

/** How an insight is ended by hand. */
export interface InsightEnding {
	/** Any word. Default `completed`; with `failed`, it has no output. */
	status?: string;
	errMsg?: string;
}

/** An insight put into an area by hand, ended already unless `running`. */
export interface NewInsight extends InsightEnding {
	aoiId: string;
	name?: string;
	/** ISO 8601; default: a minute ago. */
	createdAt?: string;
	/** Leaves the insight at 40 % until `finishInsight`. */
	running?: boolean;
}

/** An image put into the catalog by hand. Times are ISO 8601. */
export interface NewImage {
	/** Default: three days ago. */
	takenAt?: string;
	/** When it came into the catalog. Default: now. */
	createdAt?: string;
}

/** Choices the documentation leaves open. */
export interface Behaviour {
	/** Whether List Workflows insists on `project_id`, as one page of the documentation says. Default false. */
	workflowListNeedsProject?: boolean;
	/** What `finished_at` is while a job or task has not ended. Default `empty` (""). */
	unfinishedAt?: 'empty' | 'absent' | 'null' | 'zero';
	/** Whether JSON that is passed on (specifications, inputs, results) comes as the bytes of its text or as JSON. Default `bytes`. */
	rawJson?: 'bytes' | 'json';
	/** How Create Download for assets answers: 201 with the download, or 200 and nothing, as an older page says. Default `withBody`. */
	assetDownloads?: 'withBody' | 'withoutBody';
	/** How far away the API is: what `Line` says of handshakes and requests. Default: here. */
	apiRoundTripMs?: number;
}

/** A task with all that its path needs. */
export interface TaskPath {
	projectId: string;
	workflowId: string;
	jobId: string;
	taskId: string;
}
