import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../n8n/install/projectRoot.mts';
import type {
	Behaviour,
	JobEnding,
	JobPlan,
	KnownIds,
	MadeJob,
	NewJob,
	PackageInfo,
	PackageSettings,
	PackageSettingsChange,
	Part,
	RecordedRequest,
	SandboxKeys,
	SandboxOptions,
	SandboxState,
	Script,
	ScriptedAnswer,
	ScriptMatch,
	StorageFault,
} from './types.mts';
import { keys, known } from './world/wellKnown.mts';

export type * from './types.mts';
export { keys, known };

/** A sandbox running as a process of its own, and every way to drive it. */
export interface SandboxHandle {
	/** Base URL for the credential, without a trailing slash. */
	url: string;
	pid: number;
	keys: SandboxKeys;
	known: KnownIds;
	/** Host and port, e.g. for nock's `enableNetConnect`. */
	host: string;
	/** The path of Download Task. */
	taskDownloadPath: (task: { workflowId: string; jobId: string; taskId: string }) => string;
	/** Brings back the world, scripts, faults, settings and recordings of the start; ends answers that are under way. */
	reset: () => Promise<void>;
	state: () => Promise<SandboxState>;
	/** What the API and the storage were asked, oldest first. */
	requests: (part?: Part) => Promise<RecordedRequest[]>;
	forgetRequests: () => Promise<void>;
	/** Puts answers in place of the normal ones, used once each in their order, then normal behaviour again. */
	script: (match: ScriptMatch, answers: ScriptedAnswer | ScriptedAnswer[]) => Promise<void>;
	clearScripts: () => Promise<void>;
	behave: (behaviour: Behaviour) => Promise<void>;
	/** Changes how the package of a task or job (`*`: every one) is made and served; answers all its settings. */
	configurePackage: (id: string, change: PackageSettingsChange) => Promise<PackageSettings>;
	/** Size and SHA-256 of the package as it is now. Reads all of it the first time: about a second for each GiB. */
	packageInfo: (id: string) => Promise<PackageInfo>;
	/** Each GET of the package takes the next fault that fits it. */
	addFaults: (id: string, faults: StorageFault | StorageFault[]) => Promise<void>;
	/** A signed URL without asking the API; a negative `ttlMs` gives an expired one. */
	signUrl: (id: string, options?: { ttlMs?: number }) => Promise<string>;
	/** How jobs go that are created through the API from now on, in one workflow or (`*`) in all. */
	planJobs: (workflowId: string, plan: JobPlan) => Promise<void>;
	/** Puts a job into a workflow: finished, or `running`. */
	makeJob: (job: NewJob) => Promise<MadeJob>;
	/** Ends a job now. */
	finishJob: (jobId: string, ending?: JobEnding) => Promise<MadeJob>;
	/** Adds projects, and workflows to the first project, for tests of long lists. */
	addToWorld: (more: { projects?: number; workflows?: number }) => Promise<void>;
	/** What the sandbox has logged so far (its last lines), if it was started with `log`. */
	log: () => string;
	/** Ends the process; resolves once it is gone. Safe to call twice. */
	stop: () => Promise<void>;
}

const startWithinMs = 30_000;
const stopWithinMs = 3_000;
const keptLog = 64 * 1024;

function whenListening(child: ChildProcess, log: () => string): Promise<string> {
	return new Promise((resolve, reject) => {
		let output = '';
		const timer = setTimeout(() => {
			child.kill('SIGKILL');
			reject(new Error(`The sandbox did not start within ${startWithinMs} ms\n${log()}`));
		}, startWithinMs);
		child.once('error', (cause) => {
			clearTimeout(timer);
			reject(cause);
		});
		child.once('exit', (code) => {
			clearTimeout(timer);
			reject(new Error(`The sandbox ended (${code}) before it listened\n${log()}`));
		});
		child.stdout?.setEncoding('utf8').on('data', (text: string) => {
			output += text;
			if (!output.includes('\n')) return;
			clearTimeout(timer);
			resolve((JSON.parse(output.slice(0, output.indexOf('\n'))) as { url: string }).url);
		});
	});
}

function stopper(child: ChildProcess): () => Promise<void> {
	const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	return async () => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		child.kill('SIGTERM');
		const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
		await gone;
		clearTimeout(timer);
	};
}

/** Sends one control call. Rejects with the sandbox's own words when it refuses. */
async function order<Answer = unknown>(url: string, method: string, path: string, body?: unknown): Promise<Answer> {
	const response = await fetch(`${url}/sandbox${path}`, {
		method,
		...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`Sandbox control call ${method} ${path}: ${response.status} ${text}`);
	return JSON.parse(text) as Answer;
}

const list = <Value,>(value: Value | Value[]): Value[] => (Array.isArray(value) ? value : [value]);

/**
 * Drives a sandbox that runs already, e.g. one started by hand; `stop` leaves it alone.
 */
function connectSandbox(url: string): Omit<SandboxHandle, 'pid'> {
	const one = (kind: string, id: string, rest = '') => `/${kind}/${encodeURIComponent(id)}${rest}`;
	const tell = async (method: string, path: string, body?: unknown) => void (await order(url, method, path, body));
	return {
		url,
		keys,
		known,
		host: new URL(url).host,
		taskDownloadPath: ({ workflowId, jobId, taskId }) => `/v0/workflows/${workflowId}/jobs/${jobId}/tasks/${taskId}/download`,
		reset: () => tell('DELETE', ''),
		state: () => order<SandboxState>(url, 'GET', '/state'),
		requests: async (part) => {
			const all = await order<RecordedRequest[]>(url, 'GET', '/requests');
			return part === undefined ? all : all.filter((request) => request.part === part);
		},
		forgetRequests: () => tell('DELETE', '/requests'),
		script: (match, answers) => tell('POST', '/scripts', { ...match, answers: list(answers) } satisfies Script),
		clearScripts: () => tell('DELETE', '/scripts'),
		behave: (behaviour) => tell('PATCH', '/behaviour', behaviour),
		configurePackage: (id, change) => order<PackageSettings>(url, 'PATCH', one('packages', id), change),
		packageInfo: (id) => order<PackageInfo>(url, 'GET', one('packages', id)),
		addFaults: (id, faults) => tell('POST', one('packages', id, '/faults'), list(faults)),
		signUrl: async (id, options = {}) =>
			(await order<{ url: string }>(url, 'POST', one('packages', id, '/url'), options)).url,
		planJobs: (workflowId, plan) => tell('PUT', one('plans', workflowId), plan),
		makeJob: (wanted) => order<MadeJob>(url, 'POST', '/jobs', wanted),
		finishJob: (jobId, ending = {}) => order<MadeJob>(url, 'POST', one('jobs', jobId, '/finish'), ending),
		addToWorld: (more) => tell('POST', '/world', more),
		log: () => '',
		stop: () => Promise.resolve(),
	};
}

/**
 * Starts a sandbox as a process of its own, on any free port unless told otherwise. It ends with `stop`, or with this process.
 * Rejects, with what the sandbox had to say, when it cannot start.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<SandboxHandle> {
	const root = projectRoot();
	const tsx = pathToFileURL(createRequire(join(root, 'package.json')).resolve('tsx')).href;
	const given = [`--port=${options.port ?? 0}`, '--with-parent'];
	if (options.readyAfterMs !== undefined) given.push(`--ready-after-ms=${options.readyAfterMs}`);
	if (options.jobTakesMs !== undefined) given.push(`--job-takes-ms=${options.jobTakesMs}`);
	if (!options.log) given.push('--quiet');
	const child = spawn(process.execPath, ['--import', tsx, join(root, 'test', 'sandbox', 'main.mts'), ...given], {
		cwd: root,
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	let said = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-keptLog)));
	const stop = stopper(child);
	const url = await whenListening(child, () => said);
	return { ...connectSandbox(url), pid: child.pid ?? 0, log: () => said, stop };
}
