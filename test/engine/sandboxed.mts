import { createHash } from 'node:crypto';
import { types } from 'node:util';
import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';
import { until } from '../n8n/process/until.mts';
import { checkBody, checkQuery, findCall } from '../sandbox/api/checkRequest.mts';
import { known, type RecordedRequest, type SandboxHandle, type TaskPath } from '../sandbox/client.mts';
import { Engine, type RunOptions } from './engine.mts';
import { outside } from './outside/outside.mts';
import { TestClock } from './testClock.mts';

/** What a test chooses for Download Task; everything else is as a user finds it. */
export interface Download {
	/** The demo task unless said otherwise. */
	task?: Partial<Record<'workflowId' | 'jobId' | 'taskId', string>>;
	waitUntilReady?: boolean | string;
	output?: string;
	files?: string;
	outputPropertyName?: string;
	options?: Record<string, unknown>;
	/** What n8n itself asks for on the tab Settings. */
	requestOptions?: Record<string, unknown>;
}

/** As the editor stores an ID that was typed, or an expression for one. */
export const byId = (value: string) => ({ __rl: true as const, mode: 'id', value });

/** The parameters of Download Task, as a workflow stores them. */
function downloadParameters({ task, options, ...rest }: Download = {}): RunOptions['parameters'] {
	const { workflowId, jobId, taskId } = { ...known.demo, ...task };
	return {
		resource: 'task',
		operation: 'download',
		workflowId: byId(workflowId),
		jobId: byId(jobId),
		taskId: byId(taskId),
		...rest,
		options: { ...options },
	} as RunOptions['parameters'];
}

/** Input items that name a task each, and the download that reads it from them. */
export function oneTaskEach(tasks: TaskPath[]): { download: Download; items: INodeExecutionData[] } {
	return {
		download: {
			task: { workflowId: '={{ $json.workflowId }}', jobId: '={{ $json.jobId }}', taskId: '={{ $json.taskId }}' },
		},
		items: tasks.map(({ workflowId, jobId, taskId }) => ({ json: { workflowId, jobId, taskId } })),
	};
}

export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** n8n's engine, with the node in it, beside a double of the Pixxel API. */
export class Sandboxed {
	engine!: Engine;
	sandbox!: SandboxHandle;
	/** The node's time. Of a test that has it pause in earnest, `at.clock.restore()` is the first line. */
	clock!: TestClock;

	/**
	 * Starts both before the tests of a file (or of a `describe`), and stops them after. Each test finds the
	 * sandbox as new, with packages that are ready at the first look; and must leave no call behind that
	 * the documentation does not know.
	 */
	static forTests(binaryMode: 'filesystem' | 'default' = 'filesystem'): Sandboxed {
		const at = new Sandboxed();
		beforeAll(async () => {
			at.sandbox = await outside.sandbox();
			await at.sandbox.reset();
			const { keys, url } = at.sandbox;
			at.engine = await Engine.start(binaryMode, { apiKey: keys.valid, authScheme: 'apiKey', baseUrl: url });
		});
		beforeEach(async () => {
			await at.sandbox.reset();
			at.clock = new TestClock(async (ms) => await at.sandbox.skip(ms));
		});
		afterEach(async () => {
			at.clock.restore();
			await at.expectDocumentedCalls();
		});
		afterAll(async () => {
			// Where the node does not even load, there is no engine.
			at.engine?.stop();
		});
		return at;
	}

	/** Runs Download Task once, as n8n does. */
	async download(choices: Download = {}, run: Omit<RunOptions, 'parameters'> = {}): Promise<INodeExecutionData[]> {
		return await this.engine.run({ ...run, parameters: downloadParameters(choices) });
	}

	/** The error that such a run ends in. */
	async refusal(choices: Download = {}, run: Omit<RunOptions, 'parameters'> = {}): Promise<ShownError> {
		return await shownError(this.download(choices, run));
	}

	/** Size and digest of a file as the next node gets it. */
	async fingerprint(binary: IBinaryData | undefined): Promise<{ size: number; sha256: string }> {
		const bytes = await this.engine.bytes(binary);
		return { size: bytes.length, sha256: sha256(bytes) };
	}

	/** Size and digest of a package as storage has it now. */
	async original(id: string = known.demo.taskId): Promise<{ size: number; sha256: string }> {
		const { size, sha256: digest } = await this.sandbox.packageInfo(id);
		return { size, sha256: digest };
	}

	/**
	 * Expects one item with a file that has exactly the bytes of the package that storage has now, whatever faults there were to
	 * meet; and that each request for a part of it named the version that it is a part of, until storage said that it has no such one.
	 */
	async expectExact(items: INodeExecutionData[], id: string = known.demo.taskId): Promise<void> {
		expect(items).toHaveLength(1);
		expect(await this.fingerprint(items[0]?.binary?.data)).toEqual(await this.original(id));
		await this.expectFaultsMet(id);
		const { etag } = await this.sandbox.packageInfo(id);
		const parts = (await this.gets()).filter(({ path, headers }) => path.includes(id) && headers.range && headers.range !== 'bytes=0-');
		// A weak ETag never matches, so it is not sent.
		const version = etag?.startsWith('"') ? expect.stringMatching(/^"/) : undefined;
		const denied = parts.findIndex(({ status }) => status === 412);
		for (const { headers } of parts.slice(0, denied < 0 ? Infinity : denied)) expect(headers['if-match']).toEqual(version);
	}

	/** Expects that what was to befall a package has. */
	async expectFaultsMet(id: string = known.demo.taskId): Promise<void> {
		const { faultsLeft } = await this.sandbox.packageInfo(id);
		expect({ faultsLeft }).toEqual({ faultsLeft: 0 });
	}

	/**
	 * Expects that each call is one that Pixxel's description knows, with parameters and a body as described, and that the sandbox has
	 * answered as described; and that storage was never asked for anything but the package's own bytes, nor given the key.
	 */
	async expectDocumentedCalls(): Promise<void> {
		for (const { headers } of await this.gets()) {
			expect(headers['accept-encoding']).toBe('identity');
			expect(headers).not.toHaveProperty('authorization');
		}
		for (const { method, path, query, body, headers } of await this.sandbox.requests('api')) {
			const { call } = findCall(method, path);
			checkQuery(call, String(new URLSearchParams(query)));
			checkBody(call, body, headers['content-type']);
		}
		expect(await this.sandbox.takeViolations()).toEqual([]);
	}

	async puts(): Promise<RecordedRequest[]> {
		return await this.sandbox.requests('api');
	}

	async gets(): Promise<RecordedRequest[]> {
		return await this.sandbox.requests('storage');
	}

	/** Body bytes that storage has sent. */
	async bytesSent(): Promise<number> {
		return (await this.gets()).reduce((sum, { bytesSent }) => sum + bytesSent, 0);
	}

	/** Expects every connection to be closed within `ms`. */
	async expectNoSockets(ms: number): Promise<void> {
		await until('no connection to the sandbox', async () => (await this.sandbox.state()).openSockets === 0, ms);
	}
}

/** What n8n shows of an error. */
export interface ShownError extends Error {
	description?: string | null;
	httpCode?: string | null;
	context?: { itemIndex?: number };
}

/** The error that some work ends in. */
export async function shownError(work: Promise<unknown>): Promise<ShownError> {
	const outcome = await work.catch((error: ShownError) => error);
	if (!(types.isNativeError(outcome))) throw new Error(`expected a failure, got ${JSON.stringify(outcome)}`);
	return outcome as ShownError;
}

/** Milliseconds between the starts of requests that follow each other. */
export function pausesBetween(requests: RecordedRequest[]): number[] {
	return requests.slice(1).map(({ startedAt }, index) => startedAt - (requests[index] as RecordedRequest).startedAt);
}

/** The most of these requests that were being answered at the same time. */
export function mostAtOnce(requests: RecordedRequest[]): number {
	const changes = requests.flatMap(({ startedAt, endedAt }) => [
		{ at: startedAt, by: 1 },
		{ at: endedAt ?? Infinity, by: -1 },
	]);
	// Within a millisecond, one that ends makes room for one that starts.
	changes.sort((a, b) => a.at - b.at || a.by - b.by);
	let now = 0;
	return Math.max(...changes.map(({ by }) => (now += by)));
}
