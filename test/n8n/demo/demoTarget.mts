import { startSandbox } from '../../sandbox/client.mts';
import type { Fingerprint } from '../instance/fileDigest.mts';
import type { CredentialInput } from '../instance/n8nTypes.mts';
import { pixxelCredential } from '../instance/pixxelCredential.mts';
import type { TaskIds } from '../scenarios/workflows.mts';
import type { RealApi } from './startOptions.mts';
import { stopAtEnd } from '../process/shutdown.mts';

/** What the demo runs against: the sandbox, or the real API. */
export interface DemoTarget {
	/** Where it answers, and the keys that it knows. */
	introduction?: string[];
	workflowName: string;
	credential: CredentialInput;
	task: TaskIds;
	/** Options of the node. */
	options: Record<string, unknown>;
	/** How long the run may take. */
	timeoutMs: number;
	/** What the other side says it served. Unknown with the real API. */
	served?(): Promise<Fingerprint>;
}

/** Long enough to see the node wait, short enough not to be bored. */
const PACKAGING_MS = 8_000;
const SANDBOX_TIMEOUT_MS = 120_000;
/** The node itself gives up waiting after half an hour, and a large file takes its time after that. */
const REAL_API_TIMEOUT_MS = 3 * 60 * 60_000;

/** Starts the sandbox and describes its demo task. It is stopped together with this process. */
export async function sandboxTarget(): Promise<DemoTarget> {
	const sandbox = await startSandbox({ readyAfterMs: PACKAGING_MS });
	stopAtEnd(() => sandbox.stop());
	const { workflowId, jobId, taskId } = sandbox.known.demo;
	return {
		introduction: [
			`The sandbox, a double of the Pixxel API, answers at ${sandbox.url}`,
			'Its keys, to play with in credentials (all of them made up):',
			`         one that works  ${sandbox.keys.valid}`,
			`                expired  ${sandbox.keys.expired}`,
			`    refused, as revoked  ${sandbox.keys.revoked}`,
		],
		workflowName: 'Pixxel demo (sandbox)',
		credential: pixxelCredential(sandbox, sandbox.keys.valid, 'Pixxel sandbox'),
		task: { workflowId, jobId, taskId },
		options: { pollInterval: 2 },
		timeoutMs: SANDBOX_TIMEOUT_MS,
		served: () => sandbox.packageInfo(taskId),
	};
}

/** The user's own account. */
export function realTarget({ apiKey, authScheme, baseUrl, task }: RealApi): DemoTarget {
	return {
		workflowName: 'Pixxel demo (your account)',
		credential: { name: 'Pixxel account', type: 'pixxelApi', data: { apiKey, authScheme, baseUrl } },
		task,
		options: {},
		timeoutMs: REAL_API_TIMEOUT_MS,
	};
}
