/**
 * What the sandbox and those who drive it say to each other. Types only, so that a test compiled to CommonJS can read them
 * without pulling in the server.
 */

import type { Use } from './control/uses.mts';

/** The parts of the sandbox a request can go to. Requests to the control part are not recorded. */
export type Part = 'api' | 'storage';

/** How the sandbox is started. */
export interface SandboxOptions {
	/** 0 (default): any free port. */
	port?: number;
	/** Time from the first PUT for a package until it is ready, milliseconds. Default 8000. */
	readyAfterMs?: number;
	/** Time a job takes that is created through the API, milliseconds. Default 10000. */
	jobTakesMs?: number;
	/**
	 * Whether `log()` gives the sandbox's log. Default: none but what goes wrong, since a log that nobody reads (this process may
	 * be waiting for another one) would in the end block the sandbox.
	 */
	log?: boolean;
}

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

/** A number of things at this moment. */
export interface SandboxState {
	/** Connections open now, those of the control calls not counted. Idle keep-alive connections count. */
	openSockets: number;
	/** API requests being answered now. */
	apiRequestsInFlight: number;
	/** Storage requests being answered now. */
	storageRequestsInFlight: number;
	/** The most storage requests answered at the same time since the last reset or `forgetRequests`. */
	mostStorageRequestsInFlight: number;
	/** Scripted answers not used yet (those with `repeat` count once). */
	scriptedAnswersLeft: number;
}

/** Which requests a script is for; everything left out matches all. */
export interface ScriptMatch {
	method?: string;
	/** Regular expression, tried on the path as sent (no query). */
	path?: string;
	/** Default `api`. */
	part?: Part;
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

/** A script: answers used in their order, then normal behaviour again. */
export interface Script extends ScriptMatch {
	answers: ScriptedAnswer[];
}

/**
 * Digests a storage answer can announce. On a partial answer (206) all of them describe the whole package, so `content-md5`
 * (which would describe the part) is sent as `x-ms-blob-content-md5` there, as Azure does.
 */
export type AnnouncedDigest =
	| 'x-goog-hash:md5'
	| 'x-goog-hash:crc32c'
	| 'content-md5'
	| 'x-amz-checksum-sha256'
	| 'x-amz-checksum-sha1'
	| 'x-amz-checksum-crc32c';

/** A file of a made-up archive. */
export interface ArchiveFile {
	/** With a slash at its end, a folder. */
	path: string;
	/** Bytes, unpacked. */
	size: number;
	/** Default `deflated`. */
	method?: 'stored' | 'deflated';
	/** So many files of this kind; `{n}` in the path is the number of each, from 1 on. */
	count?: number;
}

/** A ZIP archive that is made up as it is read: its files are stored nowhere, however large they are. */
export interface ArchiveSettings {
	files: ArchiveFile[];
	/** What stands at its end. */
	comment?: string;
	/** ZIP64's fields also where nothing is large enough to need them. */
	zip64?: boolean;
}

/**
 * A line between the client and storage, as the internet has them, TLS included though the sandbox speaks plain HTTP:
 *
 * - A fresh connection's first answer begins three round trips after the client's first packet: TCP's handshake, that of TLS 1.3,
 *   and the request itself. An answer on a connection that is used again begins after one.
 * - A fresh connection carries 14,600 bytes of bodies in its first round trip, and twice as many in each one that follows, until it
 *   carries rate × round trip: from there on the rate holds. A connection that is used again goes on where it stood.
 * - What is sent is spread evenly over each round trip.
 * - A client that does not read holds up its connection, and the time is lost.
 *
 * No packet is lost on it, so windows only grow.
 */
export interface Line {
	roundTripMs: number;
	/** The most that one connection carries. */
	bytesPerSecond: number;
	/**
	 * The most that all connections together carry, each as much as any other that could take as much. That is the user's own line, so
	 * everything shares it that comes from lines with this same limit, whatever the package.
	 */
	sharedBytesPerSecond?: number;
}

/** How the package of one task or job is made and served. Everything has a default; null brings the default back. */
export interface PackageSettings {
	/** Time from the first PUT until the package is ready. */
	readyAfterMs?: number;
	/** Bytes. Replaces the real ZIP by made-up bytes of any length. */
	size?: number;
	/** Replaces it by a made-up ZIP of any size. */
	archive?: ArchiveSettings;
	/** Replaces it by files that a test has made: their paths. Each replacement of the package serves the next; the last stays. */
	versions?: string[];
	/** Default `pending`. */
	pendingStatus?: string;
	/** Default `ready`. */
	readyStatus?: string;
	neverReady?: boolean;
	/** Packaging ends with this status and without a URL once `readyAfterMs` has passed. */
	failStatus?: string;
	/** What `signed_url` is until the package is ready. Default `empty` (""). */
	unreadyUrl?: 'empty' | 'absent' | 'null';
	/** The name announced in Content-Disposition, in both forms. */
	fileName?: string;
	/** The raw header; the empty string leaves the header out. */
	contentDisposition?: string;
	/** Default `application/zip`; the empty string leaves the header out. */
	contentType?: string;
	/** Default `strong`. */
	etag?: 'strong' | 'weak' | 'none';
	/** Default true. */
	lastModified?: boolean;
	/** Default true; false ignores Range and announces no Accept-Ranges. */
	ranges?: boolean;
	/** Default true; false answers chunked, without Content-Length. */
	announceLength?: boolean;
	digests?: AnnouncedDigest[];
	/** Announce them wrongly. */
	wrongDigest?: boolean;
	/** Default 403. */
	expiredStatus?: number;
	/** Wait before each storage answer: storage that thinks, however near it is. */
	latencyMs?: number;
	/** For each connection, evenly spread: a line without length. */
	bytesPerSecond?: number;
	/** How far away storage is, and how much comes from there. Wins over `bytesPerSecond`. */
	line?: Line;
	/** Answer 302 first: `path` to another path, `port` to another port (another origin). */
	redirect?: 'path' | 'port';
	/** More requests than this at the same time get 503 SlowDown. */
	connectionCap?: number;
}

/** A change of settings; null brings a default back. */
export type PackageSettingsChange = { [Name in keyof PackageSettings]?: PackageSettings[Name] | null };

/** What one storage fault does. */
export type StorageFaultKind =
	/** No fault: lets one GET through. */
	| { pass: true }
	/** Closes the connection after this many body bytes. */
	| { cutAfter: number }
	/** The same at an absolute offset of the package: waits for the first GET that covers it. */
	| { cutAt: number }
	| { status: number; retryAfter?: number | string; body?: string; headers?: Record<string, string> }
	/** Resets the connection before a byte is sent. */
	| { reset: true }
	/** Never answers; the connection stays open. */
	| { silent: true }
	/** Sends this many body bytes, then nothing more; the connection stays open. */
	| { stallAfter: number }
	/** The same at an absolute offset of the package. */
	| { stallAt: number }
	/** This URL is expired from now on; newly signed ones work. */
	| { expire: true }
	/** From this request on the package is another one: content, ETag and size changed. */
	| { replace: true }
	/** The same, but the size stays. */
	| { replaceSameSize: true }
	/** The same, but the size shrinks to a hundredth: what a resume asks for is not there. */
	| { replaceSmaller: true }
	/** 206 with other bytes than those asked for, one further on or back, as its Content-Range says. */
	| { otherBytes: true }
	/** 206 with the right bytes, whose Content-Range is one off. */
	| { wrongContentRange: true }
	/** 206 without Content-Range. */
	| { noContentRange: true }
	/** 200 with the whole package, whatever Range says. */
	| { ignoreRange: true }
	/** Announces the whole length, sends this many bytes fewer and ends the connection in good order. */
	| { short: number }
	/** Flips the byte at this absolute offset on its way; waits for the first GET that covers it. */
	| { corruptAt: number };

/** A storage fault, and when it is used. Each GET takes the first fault of the list that fits it. */
export type StorageFault = StorageFaultKind &
	Use & {
		/** Only for a GET that covers this absolute offset of the package. */
		fromByte?: number;
	};

/** A package as it is now. */
export interface PackageInfo {
	id: string;
	/** Bytes. */
	size: number;
	/** Hexadecimal. */
	sha256: string;
	/** As announced; null when none is. */
	etag: string | null;
	fileName: string;
	/** PUTs received for it. */
	puts: number;
	/** Faults that no GET has met yet; one without end counts once. */
	faultsLeft: number;
}

/** A file of a made-up archive, unpacked. */
export interface PackedFileInfo {
	/** Bytes. */
	size: number;
	/** Hexadecimal. */
	sha256: string;
}

/** How the jobs end that are created through the API from now on. */
export interface JobPlan {
	/** Default: what the sandbox was started with. */
	takesMs?: number;
	/** Default `completed`. */
	outcome?: 'completed' | 'failed';
	/** Name of the task that fails; default: the last. */
	failingTask?: string;
	errMsg?: string;
}

/** How a job is ended by hand. */
export interface JobEnding {
	/** Any word. Default `completed`; `failed` fails a task as well. */
	status?: string;
	/** Sent as it is; null leaves the field out; default: now. */
	finishedAt?: string | null;
	failingTask?: string;
	errMsg?: string;
}

/** A job put into a workflow by hand, ended already unless `running`. */
export interface NewJob extends JobEnding {
	workflowId: string;
	/** Same name, same identifiers; default: a new one each time. */
	name?: string;
	/** ISO 8601; default: a minute ago. */
	createdAt?: string;
	/** Leaves the job at 40 % until `finishJob`. */
	running?: boolean;
}

/** A job put into the world by hand. */
export interface MadeJob {
	id: string;
	workflowId: string;
	/** In the order of the workflow's blocks. */
	tasks: Array<{ id: string; name: string }>;
}

/** Choices the documentation leaves open. */
export interface Behaviour {
	/** Whether List Workflows insists on `project_id`, as one page of the documentation says. Default false. */
	workflowListNeedsProject?: boolean;
	/** What `finished_at` is while a job or task has not ended. Default `empty` (""). */
	unfinishedAt?: 'empty' | 'absent' | 'null' | 'zero';
	/** How far away the API is: what `Line` says of handshakes and requests. Default: here. */
	apiRoundTripMs?: number;
}

/** What tests can ask of a sandbox beside the API, called by name from another process. */
export interface Controls {
	/** Brings back the world, scripts, faults, settings and recordings of the start; ends answers that are under way. */
	reset(): void;
	state(): SandboxState;
	/** What the API and the storage were asked, oldest first. */
	requests(part?: Part): RecordedRequest[];
	forgetRequests(): void;
	/** Puts answers in place of the normal ones, used once each in their order, then normal behaviour again. */
	script(match: ScriptMatch, answers: ScriptedAnswer | ScriptedAnswer[]): void;
	clearScripts(): void;
	behave(behaviour: Behaviour): void;
	/** Changes how the package of a task or job (`*`: every one) is made and served; answers all its settings. */
	configurePackage(id: string, change: PackageSettingsChange): PackageSettings;
	/** Size and SHA-256 of the package as it is now. Reads all of it the first time: about a second for each GiB. */
	packageInfo(id: string): Promise<PackageInfo>;
	/** What comes out when one file of a made-up archive is unpacked. Reads all of it the first time, as above. */
	packedFile(id: string, path: string): Promise<PackedFileInfo>;
	/** Each GET of the package takes the next fault that fits it. */
	addFaults(id: string, faults: StorageFault | StorageFault[]): void;
	/** A signed URL without asking the API; a negative `ttlMs` gives an expired one. */
	signUrl(id: string, options?: { ttlMs?: number }): string;
	/** How jobs go that are created through the API from now on, in one workflow or (`*`) in all. */
	planJobs(workflowId: string, plan: JobPlan): void;
	/** Puts a job into a workflow: finished, or `running`. */
	makeJob(job: NewJob): MadeJob;
	/** Ends a job now. */
	finishJob(jobId: string, ending?: JobEnding): MadeJob;
	/** Adds projects, and workflows to the first project, for tests of long lists. */
	addToWorld(more: { projects?: number; workflows?: number }): void;
}

/** The keys the sandbox knows. Any other is not recognised (401). */
export interface SandboxKeys {
	valid: string;
	/** 403 */
	expired: string;
	/** 403 */
	revoked: string;
	/** Lacks every project but the first: 403 for the others. */
	miningOnly: string;
}

/** A task with all that its path needs. */
export interface TaskPath {
	projectId: string;
	workflowId: string;
	jobId: string;
	taskId: string;
}

/** Identifiers that are the same on every start. */
export interface KnownIds {
	/** The demo task: completed, the last of a completed job. */
	demo: TaskPath;
	/** Another completed task of the demo job. */
	second: TaskPath;
	/** A completed task of another completed job of the demo workflow. */
	otherJob: TaskPath;
	/** A failed task of a failed job of the demo workflow. */
	failed: TaskPath;
	/** A running task of a job of the demo workflow that stays at 40 %. */
	running: TaskPath;
	/** A completed task in the second project. */
	otherProject: TaskPath;
	/** A workflow of the first project without jobs. */
	workflowWithoutJobs: string;
	/** A project without workflows. */
	emptyProject: string;
	/** A well-formed identifier of nothing. */
	nothing: string;
}
